namespace SmartCityIoT.Alerts.Evaluation;

/// <summary>
/// What parts of the platform say about themselves. They report from their own threads; the newest report of each part waits for the
/// engine's next tick, so that a link that flaps between two ticks raises nothing.
/// </summary>
internal sealed class PlatformWatch
{
    private readonly Lock guard = new();
    private readonly Dictionary<string, PlatformReport> reports = [];
    private readonly HashSet<string> blind = [];

    /// <summary>Open alerts by part; false for one that an earlier process left and nobody has reported since.</summary>
    private readonly Dictionary<string, bool> open = [];

    /// <summary>Whether some part says that telemetry cannot arrive.</summary>
    public bool IsBlind => blind.Count > 0;

    public void Report(string part, PlatformReport report)
    {
        lock (guard) reports[part] = report;
    }

    public void Restore(string part) => open[part] = false;

    /// <summary>Takes the reports in; the answer is what changed since the last call.</summary>
    public List<(string Part, PlatformReport Report)> Take()
    {
        var changed = new List<(string, PlatformReport)>();
        lock (guard)
        {
            foreach (var (part, report) in reports)
            {
                if (report is { IsBad: true, IsBlind: true }) blind.Add(part);
                else blind.Remove(part);
                if (report.IsBad == open.ContainsKey(part))
                {
                    if (report.IsBad) open[part] = true;
                    continue;
                }

                if (report.IsBad) open.Add(part, true);
                else open.Remove(part);
                changed.Add((part, report));
            }

            reports.Clear();
        }

        return changed;
    }

    /// <summary>Parts whose alert an earlier process left and nobody has reported since; they are forgotten.</summary>
    public List<string> TakeUnconfirmed()
    {
        var left = open.Where(part => !part.Value).Select(part => part.Key).ToList();
        foreach (var part in left) open.Remove(part);
        return left;
    }
}

/// <param name="IsBad">The part does not work.</param>
/// <param name="IsBlind">While it does not, no telemetry can arrive.</param>
/// <param name="Why">One line.</param>
internal readonly record struct PlatformReport(bool IsBad, bool IsBlind, string Why);

using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace SmartCityIoT.Storage.Influx;

/// <summary>What to do about an answer to a write.</summary>
internal enum StoreVerdict
{
    /// <summary>All lines are stored, or the server says so: VictoriaMetrics drops lines that it cannot read and answers 204 all the same.</summary>
    Written,

    /// <summary>Some line is bad: halve the batch until the bad lines stand alone.</summary>
    Bisect,

    /// <summary>The batch is too large: halve it and remember the size.</summary>
    Halve,

    /// <summary>The server asks for a pause.</summary>
    Wait,

    /// <summary>Nobody knows whether the lines are stored: send them again, which is harmless.</summary>
    Retry,

    /// <summary>Somebody has to change a setting: keep the lines, say so, and try slowly.</summary>
    KeepAndAlert,
}

/// <summary>The verdict on one answer, decided by nothing but the answer and the clock.</summary>
/// <param name="Reason">The server's words in one line; empty for <see cref="StoreVerdict.Written"/>.</param>
/// <param name="Remedy">What an operator can do; null where waiting is all there is.</param>
/// <param name="RetryAfter">The pause that the server asks for.</param>
/// <param name="Dropped">Lines that the server says it dropped from this batch, having taken the others; 0 where it does not say.</param>
/// <param name="IsPlaceMissing">The database, bucket or retention policy is not there: creating it may help.</param>
internal readonly partial record struct StoreOutcome(
    StoreVerdict Verdict, string Reason, string? Remedy = null, TimeSpan? RetryAfter = null, int Dropped = 0, bool IsPlaceMissing = false)
{
    private readonly NamedLines? named;

    /// <summary>Lines that the server names as the bad ones; none where it names none, and then only halving finds them.</summary>
    public NamedLines Named
    {
        get => named ?? NamedLines.None;
        init => named = value;
    }

    /// <summary>Longest pause that a server is granted; a mistaken header must not stop the writing for days.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    private const int LongestReason = 500;

    public static StoreOutcome Of(in StoreReply reply, DateTimeOffset now)
    {
        var reason = ReasonOf(reply);
        return reply.Status switch
        {
            >= 200 and < 300 => new(StoreVerdict.Written, ""),
            400 or 422 => OfBadRequest(reply, reason),
            401 => new(StoreVerdict.KeepAndAlert, reason, "Check the user and password, or the token, of the store."),
            403 => new(StoreVerdict.KeepAndAlert, reason, "Give the store's user or token the right to write."),
            404 => new(StoreVerdict.KeepAndAlert, reason, "Create the database or bucket, or correct its name or the store's address.", IsPlaceMissing: true),
            408 => new(StoreVerdict.Retry, reason),
            413 => new(StoreVerdict.Halve, reason),
            429 or 503 => new(StoreVerdict.Wait, reason, RetryAfter: PauseOf(reply.RetryAfter, now)),

            // InfluxDB 1.x says so with 500, though no repetition mends it.
            500 when reason.StartsWith("retention policy not found", StringComparison.OrdinalIgnoreCase) =>
                new(StoreVerdict.KeepAndAlert, reason, "Create the retention policy, or correct its name.", IsPlaceMissing: true),
            0 or >= 500 => new(StoreVerdict.Retry, reason),
            _ => new(StoreVerdict.KeepAndAlert, reason, "Check the address of the store: what answers there does not take telemetry."),
        };
    }

    /// <summary>
    /// A 400 speaks of the lines, unless it speaks of the request: then no line is at fault and refusing them would lose them.
    /// </summary>
    private static StoreOutcome OfBadRequest(in StoreReply reply, string reason)
    {
        if (reason.StartsWith("database is required", StringComparison.OrdinalIgnoreCase))
        {
            return new(StoreVerdict.KeepAndAlert, reason, "Name the store's database.");
        }

        // InfluxDB 3 Core holds a handful of databases, and one more is no line's fault.
        if (reason.Contains("would exceed limit of", StringComparison.OrdinalIgnoreCase) && reason.Contains("databases", StringComparison.OrdinalIgnoreCase))
        {
            return new(StoreVerdict.KeepAndAlert, reason, "Delete a database that is not needed, or write to one that is there.");
        }

        if (reply.ContentType == "text/html")
        {
            return new(StoreVerdict.KeepAndAlert, reason, "Check the address of the store: a proxy or a web page answers there.");
        }

        var dropped = DroppedCount().Match(reason);
        return new(StoreVerdict.Bisect, reason, Dropped: dropped.Success && int.TryParse(dropped.ValueSpan["dropped=".Length..], CultureInfo.InvariantCulture, out var count) ? count : 0)
        {
            Named = NamedLines.In(reply.Body, OneLine),
        };
    }

    private static TimeSpan? PauseOf(string? header, DateTimeOffset now)
    {
        TimeSpan pause;
        if (int.TryParse(header, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            pause = TimeSpan.FromSeconds(seconds);
        }
        else if (DateTimeOffset.TryParseExact(header, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date))
        {
            pause = date - now;
        }
        else
        {
            return null;
        }

        return pause < TimeSpan.Zero ? TimeSpan.Zero : pause > LongestPause ? LongestPause : pause;
    }

    /// <summary>InfluxDB 1.x and 3.x put their words under <c>error</c>, 2.x under <c>message</c>, VictoriaMetrics into the plain body.</summary>
    private static string ReasonOf(in StoreReply reply)
    {
        var words = MessageIn(reply.Body) ?? reply.Body;
        var line = OneLine(words);
        return line.Length > 0 ? line : $"HTTP status {reply.Status}";
    }

    private static string OneLine(string words)
    {
        var line = string.Join(' ', words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (line.Length <= LongestReason) return line;

        // A server repeats the line, which is kept beside its words anyway, and says behind it what is wrong.
        return string.Concat(line.AsSpan(0, LongestReason / 2), " … ", line.AsSpan(line.Length - LongestReason / 2));
    }

    private static string? MessageIn(string body)
    {
        if (!body.AsSpan().TrimStart().StartsWith("{")) return null;
        try
        {
            using var document = JsonDocument.Parse(body);
            foreach (var name in (ReadOnlySpan<string>)["error", "message"])
            {
                if (document.RootElement.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String) return text.GetString();
            }
        }
        catch (JsonException)
        {
            // A body that was cut, or is something else after all, speaks for itself.
        }

        return null;
    }

    [GeneratedRegex("dropped=[0-9]+", RegexOptions.CultureInvariant)]
    private static partial Regex DroppedCount();
}

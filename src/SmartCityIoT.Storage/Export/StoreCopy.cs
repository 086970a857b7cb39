using SmartCityIoT.Storage.Embedded;
using SmartCityIoT.Storage.Questions;

namespace SmartCityIoT.Storage.Export;

/// <summary>
/// Copies the rows of a range from one store to another, in an order that never changes, so that it can be interrupted anywhere and goes on behind
/// the last row that the destination holds. At the end both stores count.
/// </summary>
/// <remarks>
/// Rows are flushed with the journal position that the destination holds already: they come from no journal, and a platform that uses the store
/// afterwards goes on at its own position.
/// </remarks>
public sealed class StoreCopy(ITelemetryStore source, ITelemetryStore destination, CopyRecord record, int rowsPerFlush = StoreCopy.RowsPerFlush)
{
    /// <summary>Rows of one flush.</summary>
    public const int RowsPerFlush = 20_000;

    private readonly Dictionary<(long Day, PointGroup Group), long> repeated = [];
    private volatile CopyProgress progress = new(0, 0, 0, 0);
    private long position;
    private long written;

    public CopyProgress Progress => progress;

    /// <exception cref="StoreQuestionUnsupportedException">The source has no language for questions.</exception>
    /// <exception cref="StoreUnavailableException">One of the stores cannot be asked at the moment.</exception>
    /// <exception cref="StoreCopyException">The destination lost rows meanwhile.</exception>
    public async Task<CopyResult> RunAsync(RangeQuestion question, CancellationToken cancellationToken)
    {
        await source.OpenAsync(cancellationToken).ConfigureAwait(false);
        position = await destination.OpenAsync(cancellationToken).ConfigureAwait(false);
        record.Settle(Cursor);
        foreach (var count in record.State.Repeated) repeated[(count.Day, count.Group)] = count.Rows;
        var plan = await source.Raw.CountAsync(question, cancellationToken).ConfigureAwait(false);
        await CopyAsync(question, plan, cancellationToken).ConfigureAwait(false);
        await destination.CheckpointAsync().ConfigureAwait(false);
        return await CheckAsync(question, cancellationToken).ConfigureAwait(false);
    }

    private StoreCursor? Cursor => (destination as EmbeddedStore)?.OpenInstance?.Cursor;

    private async Task CopyAsync(RangeQuestion question, IReadOnlyList<RowCount> plan, CancellationToken cancellationToken)
    {
        var total = plan.Sum(count => count.Rows);
        var done = record.State.Done;
        var passed = 0L;
        var rest = question;
        if (done is { } reached)
        {
            passed = plan.Where(count => count.Day < reached.Day).Sum(count => count.Rows);
            rest = question with { From = Math.Max(question.From, reached.Day * (PointKey.DayMicroseconds / 1000)) };
        }

        PointKey? last = null;
        await foreach (var point in source.Raw.ReadAsync(rest, cancellationToken).ConfigureAwait(false))
        {
            var key = point.Key;
            passed++;
            if (done is { } behind && key <= behind) continue;

            // Rows of one sample stay together: a copy that goes on starts behind all of them.
            if (destination.PendingPoints >= rowsPerFlush && key != last) await FlushAsync(last!.Value, cancellationToken).ConfigureAwait(false);
            if (key == last) repeated[(key.Day, key.Group)] = repeated.GetValueOrDefault((key.Day, key.Group)) + 1;
            point.AppendTo(destination);
            last = key;
            progress = new CopyProgress(passed, Math.Max(total, passed), written, key.Day);
        }

        if (last is { } final) await FlushAsync(final, cancellationToken).ConfigureAwait(false);
        progress = progress with { Passed = passed, Total = Math.Max(total, passed), Written = written };
    }

    private async Task FlushAsync(PointKey last, CancellationToken cancellationToken)
    {
        var cursor = Cursor;
        record.Intend(new CopyIntent(last, cursor?.Generation ?? "", cursor?.Position ?? 0, cursor?.NextOrder ?? 0, destination.PendingPoints));
        try
        {
            var result = await destination.FlushAsync(position, cancellationToken).ConfigureAwait(false);
            written += result.Points;
            record.Finish(last, result.Refused, [.. repeated.Select(count => new RowCount(count.Key.Day, count.Key.Group, count.Value))]);
        }
        catch (StoreRewoundException rewound)
        {
            throw new StoreCopyException($"{destination.Description} lost rows that it had held: run the same copy again", rewound);
        }
    }

    private async Task<CopyResult> CheckAsync(RangeQuestion question, CancellationToken cancellationToken)
    {
        var refused = record.State.Refused;
        try
        {
            var ours = await source.Raw.CountAsync(question, cancellationToken).ConfigureAwait(false);
            var theirs = await destination.Raw.CountAsync(question, cancellationToken).ConfigureAwait(false);
            return new CopyResult(written, refused, theirs.Sum(count => count.Rows), Differences(ours, theirs), null);
        }
        catch (StoreQuestionUnsupportedException unsupported)
        {
            return new CopyResult(written, refused, null, [], unsupported.Message);
        }
    }

    private List<CountDifference> Differences(IReadOnlyList<RowCount> ours, IReadOnlyList<RowCount> theirs)
    {
        var left = ours.ToDictionary(count => (count.Day, count.Group), count => count.Rows);
        var right = theirs.ToDictionary(count => (count.Day, count.Group), count => count.Rows);
        var differences = new List<CountDifference>();
        foreach (var key in left.Keys.Union(right.Keys).OrderBy(key => key.Day).ThenBy(key => key.Group))
        {
            var (expected, found) = (left.GetValueOrDefault(key), right.GetValueOrDefault(key));
            if (found == expected || found == expected - repeated.GetValueOrDefault(key)) continue;
            differences.Add(new CountDifference(key.Day, key.Group, expected, found));
        }

        return differences;
    }
}

namespace SmartCityIoT.LoadTest.Accounting;

/// <summary>Waits for a count to reach its end, for as long as it moves.</summary>
internal static class Progress
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    /// <param name="count">What grows; asked again and again.</param>
    /// <param name="isComplete">Whether a count is the end.</param>
    /// <param name="patience">How long it may stand still.</param>
    /// <returns>Whether the end was reached.</returns>
    public static async Task<bool> ReachesAsync(Func<Task<long>> count, Func<long, bool> isComplete, TimeSpan patience, CancellationToken cancellation)
    {
        long before = -1;
        var moved = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var now = await count().ConfigureAwait(false);
            if (isComplete(now)) return true;
            if (now != before) moved = TimeProvider.System.GetTimestamp();
            if (TimeProvider.System.GetElapsedTime(moved) > patience) return false;
            before = now;
            await Task.Delay(Poll, cancellation).ConfigureAwait(false);
        }
    }
}

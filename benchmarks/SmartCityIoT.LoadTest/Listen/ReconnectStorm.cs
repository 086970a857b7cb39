namespace SmartCityIoT.LoadTest.Listen;

/// <summary>All devices connect at once. One that is not let in comes again after a pause that doubles with each refusal, of which it takes a random part.</summary>
/// <param name="start">Timestamp of the cut.</param>
internal sealed class ReconnectStorm(DoorAddress door, IReadOnlyList<DeviceLogin> logins, int addresses, long start)
{
    /// <summary>How long the last of them may take.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(8);

    private readonly TimeSpan[] inAfter = new TimeSpan[logins.Count];
    private long refusals;

    /// <summary>Attempts that failed.</summary>
    public long Refusals => Interlocked.Read(ref refusals);

    public TimeSpan AllInAfter => inAfter.Max();

    public TimeSpan HalfInAfter => inAfter.Order().ElementAt((inAfter.Length - 1) / 2);

    /// <exception cref="LoadTestException">A device is not let in within five minutes.</exception>
    public async Task<DeviceFleet> RunAsync(CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Limit);
        var coming = new Task<DeviceLink>[logins.Count];
        for (var device = 0; device < coming.Length; device++) coming[device] = ComeBackAsync(device, limit.Token);
        try
        {
            return new DeviceFleet(await Task.WhenAll(coming).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new LoadTestException($"{coming.Count(one => !one.IsCompletedSuccessfully)} devices are not back after {Limit.TotalMinutes:0} minutes; {Refusals} attempts were refused");
        }
        finally
        {
            if (Array.Exists(coming, one => !one.IsCompletedSuccessfully)) await LeaveAsync(coming).ConfigureAwait(false);
        }
    }

    private async Task<DeviceLink> ComeBackAsync(int device, CancellationToken cancellation)
    {
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                var link = await DeviceLink.OpenAsync(door, logins[device], DeviceFleet.SourceOf(device, addresses), MessageLoad.DeviceBufferBytes, sockets: null, cancellation).ConfigureAwait(false);
                inAfter[device] = TimeProvider.System.GetElapsedTime(start);
                return link;
            }
            catch (DeviceRefusedException)
            {
                Interlocked.Increment(ref refusals);
            }

            await Task.Delay(pause * Random.Shared.NextDouble(), cancellation).ConfigureAwait(false);
        }
    }

    private static async Task LeaveAsync(Task<DeviceLink>[] coming)
    {
        foreach (var one in coming)
        {
            await ((Task)one).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (one.IsCompletedSuccessfully) (await one.ConfigureAwait(false)).Dispose();
        }
    }
}

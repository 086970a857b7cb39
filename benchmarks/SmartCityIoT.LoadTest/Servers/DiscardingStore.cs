namespace SmartCityIoT.LoadTest.Servers;

/// <summary>A store that only counts, in place of a real one that takes more of the machine than the worker in front of it.</summary>
internal sealed class DiscardingStore : ILoadStore
{
    private readonly DiscardingSink sink = new();

    public Uri Url => sink.Url;

    public TimeSpan Processor => TimeSpan.Zero;

    public Task CreateDatabaseAsync(string database, CancellationToken cancellation) => Task.CompletedTask;

    public Task<long> PointsAsync(CancellationToken cancellation) => Task.FromResult(sink.Lines);

    public Task<Dictionary<ulong, long>?> CountsAsync(string database, CancellationToken cancellation) => Task.FromResult<Dictionary<ulong, long>?>(null);

    public ValueTask DisposeAsync()
    {
        sink.Dispose();
        return ValueTask.CompletedTask;
    }
}

namespace SmartCityIoT.LoadTest.Servers;

/// <summary>The store behind the workers under load.</summary>
internal interface ILoadStore : IAsyncDisposable
{
    Uri Url { get; }

    /// <summary>Processor time that it has taken in a process of its own; zero where it is in this one.</summary>
    TimeSpan Processor { get; }

    Task CreateDatabaseAsync(string database, CancellationToken cancellation);

    /// <summary>Points that were written since the start.</summary>
    Task<long> PointsAsync(CancellationToken cancellation);

    /// <summary>Stored messages of each device; null where the store cannot be asked, and its points must do.</summary>
    Task<Dictionary<ulong, long>?> CountsAsync(string database, CancellationToken cancellation);
}

using SmartCityIoT.LoadTest.Platform;

namespace SmartCityIoT.LoadTest.Listen;

/// <summary>A server that devices connect to, in a process of its own.</summary>
internal interface IDoor : IAsyncDisposable
{
    string Name { get; }

    DoorAddress Address { get; }

    /// <summary>What its process has used.</summary>
    ProcessUsage Usage { get; }

    /// <summary>Bytes that it has allocated on the managed heap.</summary>
    Task<double> AllocatedAsync(CancellationToken cancellation);

    /// <summary>Waits until nothing that it put off is left to do for the messages that were acknowledged, or until it gets no further. Asks nothing of it.</summary>
    Task SettleAsync(long acknowledged, CancellationToken cancellation);

    /// <summary>How many messages it has, everywhere where they must be; waits for those that were acknowledged.</summary>
    Task<long> FoundAsync(long acknowledged, CancellationToken cancellation);
}

using SmartCityIoT.LoadTest.Platform;

namespace SmartCityIoT.LoadTest.Broker;

/// <summary>A worker between the broker and the store.</summary>
internal interface IContender : IAsyncDisposable
{
    string Name { get; }

    /// <summary>Database that it writes to.</summary>
    string Database { get; }

    /// <summary>What its process has used; null where it is in this process.</summary>
    ProcessUsage? Usage { get; }

    /// <summary>Whether what it receives must be found in the store.</summary>
    bool Stores { get; }

    /// <summary>Messages that it has received.</summary>
    Task<long> ReceivedAsync(CancellationToken cancellation);
}

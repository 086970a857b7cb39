namespace SmartCityIoT.LoadTest.Peers;

/// <summary>Takes one message's payload, which is valid during the call.</summary>
internal delegate void MessageHandler(ReadOnlySpan<byte> payload);

/// <summary>
/// Something in this process that subscribes at a broker, hands each payload to the handler it was made with, and acknowledges it: what
/// <c>smartcity-load receive</c> compares.
/// </summary>
internal interface IReceiver : IAsyncDisposable
{
    /// <summary>Messages that were handed over.</summary>
    long Received { get; }

    /// <summary>What went wrong; null while all is well.</summary>
    string? Problem { get; }

    /// <summary>Connects with MQTT 5 and the largest Receive Maximum, subscribes, and receives until it is disposed.</summary>
    Task OpenAsync(int port, string filter, int qos, CancellationToken cancellation);
}

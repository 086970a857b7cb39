namespace SmartCityIoT.Ingestion.Receive.Listen.Sockets;

/// <summary>Offered by a connection whose bytes can be dealt with where they are read.</summary>
internal interface IInlineFeature
{
    /// <summary>
    /// From now on whoever waits for the connection goes on upon the loop's thread, and must not wait there for anything. Before, on a thread of the pool: a
    /// handshake of TLS takes a millisecond of a processor, which the others must not wait for.
    /// </summary>
    void GoInline();
}

namespace SmartCityIoT.Ingestion.Tests.Receive.Listen.Sockets;

/// <summary>Who reads the sockets.</summary>
public enum Transport
{
    /// <summary>The platform's loop, on which the connection goes on.</summary>
    LoopInline,

    /// <summary>The platform's loop; the connection goes on in the pool, as during a handshake of TLS.</summary>
    LoopPooled,

    /// <summary>Kestrel's sockets.</summary>
    Kestrel,
}

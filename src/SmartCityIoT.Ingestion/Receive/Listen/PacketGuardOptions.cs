using System.ComponentModel.DataAnnotations;

namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <summary>Limits of the listening side before a packet reaches the server.</summary>
public sealed class PacketGuardOptions
{
    /// <summary>Largest packet in bytes, its header included; a larger one closes the connection before it is read. Default 65,536 (64 KiB).</summary>
    [Range(1_024, 1 << 20)]
    public int MaxPacketBytes { get; init; } = 64 * 1024;

    /// <summary>Seconds within which the whole CONNECT packet must be there. Default 10.</summary>
    [Range(0.01, 600)]
    public double ConnectSeconds { get; init; } = 10;

    /// <summary>Connections that may be open without a whole CONNECT packet; one more is closed at once. Default 1,024.</summary>
    [Range(1, 1_000_000)]
    public int MaxConnectionsBeforeLogin { get; init; } = 1_024;
}

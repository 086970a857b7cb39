namespace SmartCityIoT.Ingestion.Tests.Receive.Listen;

/// <summary>The will in a CONNECT packet of a test.</summary>
internal sealed record WireWill(string Topic, byte[] Payload)
{
    public byte Qos { get; init; } = 1;

    public bool IsRetained { get; init; }

    /// <summary>0 = without the property.</summary>
    public uint DelaySeconds { get; init; }
}

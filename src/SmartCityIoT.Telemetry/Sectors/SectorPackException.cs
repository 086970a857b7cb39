namespace SmartCityIoT.Telemetry.Sectors;

/// <summary>A sector pack that cannot be used. The message is one line: which pack, where in it, what is wrong.</summary>
public sealed class SectorPackException : Exception
{
    public SectorPackException(string message)
        : base(message)
    {
    }

    public SectorPackException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public SectorPackException()
    {
    }
}

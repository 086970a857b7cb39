using System.ComponentModel.DataAnnotations;
using SmartCityIoT.FirmwareSim.Faults;

namespace SmartCityIoT.FirmwareSim.Firmware;

/// <summary>How the devices of a district behave on the network.</summary>
public sealed class SimulationOptions
{
    /// <summary>Flash for frames of each device, bytes. Default 32 KiB: some 400 frames.</summary>
    [Range(2048, 16 * 1024 * 1024)]
    public int StoreBytes { get; init; } = 32 * 1024;

    /// <summary>Devices that connect at the same moment. Default 64.</summary>
    [Range(1, 1000)]
    public int MaxConnecting { get; init; } = 64;

    /// <summary>Keep-alive that devices announce, s; a quiet device pings after half of it. Default 180.</summary>
    [Range(10, 65535)]
    public int KeepAliveSeconds { get; init; } = 180;

    /// <summary>Time after which a frame without acknowledgement makes a device give its connection up, s. Default 60.</summary>
    [Range(1, 3600)]
    public int AcknowledgeSeconds { get; init; } = 60;

    /// <summary>How long the broker keeps a session, s. Default 86,400.</summary>
    public uint SessionExpirySeconds { get; init; } = 86_400;

    /// <summary>First wait before a device connects again, s; doubled after each failure. Default 1.</summary>
    [Range(0.01, 600)]
    public double ReconnectSeconds { get; init; } = 1;

    /// <summary>Longest wait before a device connects again, s. Default 60.</summary>
    [Range(0.01, 3600)]
    public double MaxReconnectSeconds { get; init; } = 60;

    public FaultOptions Faults { get; init; } = new();
}

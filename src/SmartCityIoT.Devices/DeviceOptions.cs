using System.ComponentModel.DataAnnotations;

namespace SmartCityIoT.Devices;

/// <summary>Options of the device registry, section <c>SmartCity:Devices</c>.</summary>
public sealed class DeviceOptions
{
    public const string Section = "SmartCity:Devices";

    /// <summary>Reporting interval, in seconds, of a model that is created without one. Default 60.</summary>
    [Range(1, 65_535)]
    public int DefaultIntervalSeconds { get; init; } = 60;

    /// <summary>
    /// How often writes of another process are looked for, in milliseconds: how long a secret that the command line revokes still
    /// opens the running platform. Default 500.
    /// </summary>
    [Range(50, 60_000)]
    public int RefreshMilliseconds { get; init; } = 500;

    /// <summary>How many devices that are not provisioned are remembered; what comes beyond is only counted. Default 10,000.</summary>
    [Range(0, 1_000_000)]
    public int SeenLimit { get; init; } = 10_000;

    /// <summary>How often devices seen are written to the database, in milliseconds. Default 5000.</summary>
    [Range(100, 600_000)]
    public int SeenFlushMilliseconds { get; init; } = 5_000;

    /// <summary>After how many days without a sign a device that is not provisioned is forgotten. Default 30.</summary>
    [Range(1, 3_650)]
    public int SeenRetentionDays { get; init; } = 30;

    /// <summary>How long a command is good that was given without a lifetime, in seconds. Default 86,400, a day.</summary>
    [Range(1, 2_592_000)]
    public int CommandLifetimeSeconds { get; init; } = 86_400;

    /// <summary>How many commands may wait for one device; one more is refused. Default 100.</summary>
    [Range(1, 10_000)]
    public int CommandsWaitingPerDevice { get; init; } = 100;

    /// <summary>After how many days a command that ended is forgotten. Default 90.</summary>
    [Range(1, 3_650)]
    public int CommandRetentionDays { get; init; } = 90;
}

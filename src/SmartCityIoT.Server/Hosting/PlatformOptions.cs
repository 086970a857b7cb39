using System.ComponentModel.DataAnnotations;

namespace SmartCityIoT.Server.Hosting;

/// <summary>Options of the process as a whole (section <c>SmartCity</c>).</summary>
public sealed class PlatformOptions
{
    public const string Section = "SmartCity";

    /// <summary>Folder that holds everything the platform keeps: journal, telemetry, devices, alerts, server key. Default "data".</summary>
    [Required]
    public string DataDirectory { get; init; } = "data";

    /// <summary>Folder of the sector packs, one folder per sector. Default "packs" beside the program.</summary>
    public string? Packs { get; init; }

    /// <summary>Region pack: areas, time zone, where the map opens. Default the one in the folder "regions" beside the program.</summary>
    public string? Region { get; init; }
}

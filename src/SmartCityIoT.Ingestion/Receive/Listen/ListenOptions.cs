using System.ComponentModel.DataAnnotations;

namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <summary>The door for devices (section <c>SmartCity:Mqtt:Listen</c>, which holds the members of <see cref="ListenLimitOptions"/> as well).</summary>
public sealed class ListenOptions
{
    public const string Section = "SmartCity:Mqtt:Listen";

    /// <summary>Whether devices may connect to the platform itself. Default true.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Address to bind. Default 127.0.0.1: devices of a network need a deliberate step.</summary>
    [Required]
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>TCP port without TLS; 0 takes a free one, -1 opens none. Default 1883.</summary>
    [Range(-1, 65535)]
    public int Port { get; init; } = 1883;
}

using System.ComponentModel.DataAnnotations;

namespace SmartCityIoT.Storage;

/// <summary>Options of section <c>SmartCity:Store</c>. Those of each kind stand in a section of their own below it.</summary>
public sealed class StoreOptions
{
    public const string Section = "SmartCity:Store";

    /// <summary>Where telemetry is kept: <c>embedded</c> (default, DuckDB in the data directory) or <c>influx</c>.</summary>
    [EnumDataType(typeof(StoreKind))]
    public StoreKind Kind { get; init; } = StoreKind.Embedded;
}

/// <summary>The stores that can be chosen.</summary>
public enum StoreKind
{
    /// <summary>In this process, in the data directory.</summary>
    Embedded,

    /// <summary>A server that takes InfluxDB's line protocol over HTTP.</summary>
    Influx,
}

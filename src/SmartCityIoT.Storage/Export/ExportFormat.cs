namespace SmartCityIoT.Storage.Export;

/// <summary>How an export is written.</summary>
public enum ExportFormat
{
    /// <summary>Readings as text in columns (RFC 4180), UTF-8.</summary>
    Csv,

    /// <summary>Readings in typed columns.</summary>
    Parquet,

    /// <summary>Everything, as InfluxDB takes it, with times in microseconds.</summary>
    Lp,
}

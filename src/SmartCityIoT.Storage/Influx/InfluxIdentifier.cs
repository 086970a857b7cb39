namespace SmartCityIoT.Storage.Influx;

/// <summary>Names in InfluxQL. Values never go into a statement this way: they are bound as parameters.</summary>
internal static class InfluxIdentifier
{
    public static string Quote(string name) => $"\"{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}

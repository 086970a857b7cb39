namespace SmartCityIoT.Dashboard.Problems;

/// <summary>A parameter or member of a request is wrong: HTTP 400 that names it.</summary>
internal sealed class BadParameterException(string name, string message) : Exception(message)
{
    public string Name { get; } = name;
}

namespace SmartCityIoT.Alerts.Rules;

/// <summary>One sector's rules as they were read.</summary>
/// <param name="Name">What complaints call the file.</param>
/// <param name="Sector">Name of the sector.</param>
/// <param name="Version">Version of the file's text.</param>
public sealed record RuleFile(string Name, string Sector, string Version, IReadOnlyList<AlertRule> Rules);

using System.Text.Json.Serialization;
using SmartCityIoT.Alerts;
using SmartCityIoT.Alerts.Desk;
using SmartCityIoT.Telemetry;

namespace SmartCityIoT.Dashboard.Api.Alerts;

/// <summary>An alert as screens show it. Times in Unix milliseconds.</summary>
/// <param name="Device">Null for an alert of the platform itself.</param>
/// <param name="Value">The value that raised it, in <paramref name="Unit"/>.</param>
/// <param name="Threshold">The raise level, in <paramref name="Unit"/>.</param>
public sealed record AlertView(
    string Id,
    string? Device,
    string DeviceName,
    int Channel,
    string Rule,
    Label RuleLabel,
    [property: JsonConverter(typeof(CamelCaseEnumConverter<AlertSeverity>))] AlertSeverity Severity,
    [property: JsonConverter(typeof(CamelCaseEnumConverter<AlertState>))] AlertState State,
    string? Field,
    double? Value,
    double? Threshold,
    string? Unit,
    long RaisedAt,
    long? AcknowledgedAt,
    string? AcknowledgedBy,
    long? ClearedAt,
    string Area,
    string Sector,
    string? Detail)
{
    internal static AlertView Of(Alert alert) => new(
        alert.Id.ToString(System.Globalization.CultureInfo.InvariantCulture),
        alert.Device is { } device ? DeviceId.Format(device) : null,
        alert.DeviceName,
        alert.Channel,
        alert.Rule,
        new Label(alert.LabelVi, alert.LabelEn),
        alert.Severity,
        alert.State,
        alert.Field,
        alert.Value,
        alert.Threshold,
        alert.Unit,
        alert.RaisedAt,
        alert.AcknowledgedAt,
        alert.AcknowledgedBy,
        alert.ClearedAt,
        alert.Area,
        alert.Sector,
        alert.Detail);
}

/// <summary>One step in an alert's life.</summary>
public sealed record AlertStepView(
    long At, [property: JsonConverter(typeof(CamelCaseEnumConverter<AlertState>))] AlertState State, string Actor, string? Note, double? Value)
{
    internal static AlertStepView Of(AlertStep step) => new(step.At, step.State, step.Actor, step.Note, step.Value);
}

namespace SmartCityIoT.Alerts.Desk;

/// <summary>One step in an alert's life.</summary>
/// <param name="At">Unix milliseconds.</param>
/// <param name="State">The state that the step leads to.</param>
/// <param name="Actor">Who took it: a person, or "platform".</param>
/// <param name="Note">What the actor had to say, or null.</param>
/// <param name="Value">The value at that moment, in the alert's unit, where there is one.</param>
public sealed record AlertStep(long At, AlertState State, string Actor, string? Note, double? Value);

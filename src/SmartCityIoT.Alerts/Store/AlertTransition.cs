using SmartCityIoT.Alerts.Desk;

namespace SmartCityIoT.Alerts.Store;

/// <summary>An alert that is to be raised, or the open alert of a series and rule that is to be cleared.</summary>
internal abstract record AlertTransition;

/// <param name="Draft">The alert without its id.</param>
/// <param name="Position">Journal position of the record that raises it.</param>
/// <param name="Sample">Index of the sample in that record: a batch may raise, clear and raise again.</param>
internal sealed record AlertRaise(Alert Draft, long Position, int Sample) : AlertTransition;

/// <param name="Device">EUI-64; null for the platform itself.</param>
/// <param name="At">Unix milliseconds.</param>
/// <param name="Note">Why, where no value tells.</param>
internal sealed record AlertClear(ulong? Device, int Channel, string Rule, long At, double? Value, string? Note) : AlertTransition;

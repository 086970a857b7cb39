namespace SmartCityIoT.EndToEnd.Tests.Faults.Rig;

/// <summary>Lines that came to be written.</summary>
internal sealed record StoreWrite(DateTimeOffset At, IReadOnlyList<string> Lines);

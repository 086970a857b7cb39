using SmartCityIoT.Alerts.Evaluation;

namespace SmartCityIoT.Alerts.Store;

/// <summary>What one rule remembers of one channel of a device between two samples, so that a restart changes no dwell.</summary>
/// <param name="Since">Sample time in Unix microseconds, see <see cref="RuleSlot"/>.</param>
internal readonly record struct RuleMemory(ulong Device, int Channel, string Rule, RuleState State, long Since);

using SmartCityIoT.Storage.Checkpoints;
using SmartCityIoT.Storage.DeadLetters;
using SmartCityIoT.Storage.Rollups;

namespace SmartCityIoT.Storage.Ledger;

/// <summary>Everything that one flush of the store consumer leaves in the ledger. The lists are read during the call and may be used again after it.</summary>
public sealed class LedgerCommit
{
    /// <summary>Journal position of the last record that these counts include.</summary>
    public required long Position { get; init; }

    /// <summary>Increments by minute of receipt; a minute may occur more than once.</summary>
    public IReadOnlyList<MinuteBalance> Minutes { get; init; } = [];

    /// <summary>Increments by device and UTC day of receipt; a pair may occur more than once.</summary>
    public IReadOnlyList<DeviceDayBalance> DeviceDays { get; init; } = [];

    /// <summary>How what was stored was decoded; what the ledger has already stays as it is.</summary>
    public IReadOnlyList<DecodingOfDay> Decodings { get; init; } = [];

    /// <summary>Hours of devices that got a reading, so that their rollups must be made, or made again; one may occur more than once.</summary>
    public IReadOnlyList<DueHour> DueHours { get; init; } = [];

    public IReadOnlyList<DeadLetter> DeadLetters { get; init; } = [];

    /// <summary>States of the devices that sent something since the last commit.</summary>
    public IReadOnlyList<DeviceState> DeviceStates { get; init; } = [];
}

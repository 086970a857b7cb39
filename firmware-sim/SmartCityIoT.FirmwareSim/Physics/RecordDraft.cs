using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.FirmwareSim.Physics;

/// <summary>The record that a device is about to send: raw values by field bit. One draft serves all devices of a scheduler.</summary>
internal sealed class RecordDraft
{
    private readonly long[] raw = new long[Frame.FieldSlots];

    /// <summary>Fields that were measured, by bit.</summary>
    public uint Presence { get; private set; }

    /// <summary>Raw values by field bit; only slots named by <see cref="Presence"/> mean anything.</summary>
    public ReadOnlySpan<long> Raw => raw;

    public void Clear() => Presence = 0;

    /// <summary>Measures a field: a sensor's word has a width, so a value beyond it saturates.</summary>
    public void Set(SectorField field, double physical) => SetRaw(field, field.Scale.ToRaw(physical));

    /// <summary>Sets a counter or a set of bits.</summary>
    public void SetRaw(SectorField field, long value)
    {
        raw[field.Bit] = Math.Clamp(value, field.Type.Minimum(), field.Type.Maximum());
        Presence |= 1u << field.Bit;
    }

    public bool Has(SectorField field) => (Presence & (1u << field.Bit)) != 0;
}

using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Telemetry.Frames;

/// <summary>
/// Where a decoder puts what it found. Made once and used for every frame, so that decoding allocates nothing;
/// what it holds is valid until the next decode into it.
/// </summary>
public sealed class Frame
{
    /// <summary>Most samples that one batch may carry.</summary>
    public const int MaxSamples = 120;

    /// <summary>Fields that a presence bitmap can name, and the length of a sample's row.</summary>
    public const int FieldSlots = 32;

    private readonly long[] raw = new long[MaxSamples * FieldSlots];
    private FrameHeader header;

    /// <summary>In place, since most readers want one or two of its values.</summary>
    public ref readonly FrameHeader Header => ref header;

    /// <summary>Layout of the record's fields; <see cref="SectorSchema.None"/> until a decode passed the schema check.</summary>
    public SectorSchema Schema { get; internal set; } = SectorSchema.None;

    /// <summary>Known fields that every sample of this frame carries, by bit. 0 for types without records.</summary>
    public uint Presence { get; internal set; }

    /// <summary>Samples in the frame: 1 for periodic, 2 to 120 for batch, else 0.</summary>
    public int SampleCount { get; internal set; }

    /// <summary>Seconds between the samples of a batch, 1 to 3,600; 0 for every other type.</summary>
    public int IntervalSeconds { get; internal set; }

    /// <summary>Meaningful only after an <see cref="MessageType.Event"/> frame was decoded; the two below likewise for their types.</summary>
    public EventBody Event { get; internal set; }

    public BootBody Boot { get; internal set; }

    public AcknowledgementBody Acknowledgement { get; internal set; }

    /// <summary>Raw values of one sample, indexed by field bit; only slots named by <see cref="Presence"/> mean anything.</summary>
    public ReadOnlySpan<long> Sample(int index) => raw.AsSpan(index * FieldSlots, FieldSlots);

    internal void Clear()
    {
        header = default;
        Schema = SectorSchema.None;
        Presence = 0;
        SampleCount = 0;
        IntervalSeconds = 0;
    }

    internal void SetHeader(in FrameHeader value) => header = value;

    internal Span<long> WritableSample(int index) => raw.AsSpan(index * FieldSlots, FieldSlots);
}

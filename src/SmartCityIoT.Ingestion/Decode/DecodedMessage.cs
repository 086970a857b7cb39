using SmartCityIoT.Devices.Lookup;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Readings;

namespace SmartCityIoT.Ingestion.Decode;

/// <summary>What became of one journal record.</summary>
internal enum Verdict
{
    /// <summary>A frame whose samples, event, boot or acknowledgement can be used.</summary>
    Decoded,

    /// <summary>A redelivery of a frame that was used before.</summary>
    Duplicate,

    /// <summary>Nothing that can be used; the reason says why.</summary>
    DeadLetter,

    /// <summary>A link state, counted apart.</summary>
    Status,
}

/// <summary>Why a record became a dead letter, beyond the outcomes of the frame decoder and <see cref="Storage.DeadLetters.DeadLetterReason"/>.</summary>
internal static class DeadLetterReasons
{
    /// <summary>A payload on <c>up/{port}</c> of a device whose model names no codec.</summary>
    public const string NoCodec = "NoCodec";

    /// <summary>A status other than 0 or 1.</summary>
    public const string BadStatus = "BadStatus";

    /// <summary>The program failed on it.</summary>
    public const string Defect = "Defect";
}

/// <summary>The result of <see cref="MessageDecoder"/>, made once and filled again for each record.</summary>
internal sealed class DecodedMessage
{
    // Written when the sample is decoded, so that its small parts have left the processor's store buffer when it is copied whole.
    private readonly ReadingOrigin[] origins = new ReadingOrigin[Frame.MaxSamples];
    private readonly int[] channels = new int[Frame.MaxSamples];

    public Verdict Verdict { get; set; }

    /// <summary>Set for dead letters.</summary>
    public string Reason { get; set; } = "";

    /// <summary>Device of the topic; null where the topic names none.</summary>
    public ulong? Device { get; set; }

    /// <summary>The provisioned device; null for one that is not.</summary>
    public DeviceEntry? Entry { get; set; }

    /// <summary>What the consumer remembers of the device, for verdicts Decoded and Duplicate; else null.</summary>
    public DeviceMemory? Memory { get; set; }

    /// <summary>The decoded frame, for verdicts Decoded and Duplicate.</summary>
    public Frame Frame { get; } = new();

    public SequenceVerdict Sequence { get; set; }

    /// <summary>Frames that this one skipped.</summary>
    public int Missing { get; set; }

    /// <summary>Device clock minus receipt, where it could be measured.</summary>
    public long? SkewMilliseconds { get; set; }

    /// <summary>Link state of a status record.</summary>
    public bool IsConnected { get; set; }

    /// <summary>Samples to use: 0 for events, boots and acknowledgements.</summary>
    public int SampleCount { get; set; }

    /// <summary>Unix milliseconds of a sample, before a microsecond tells it from another of the same time.</summary>
    public long TimeOf(int sample) => origins[sample].TimeMicroseconds / 1000;

    /// <summary>Where and when a sample comes from; of an event, boot or acknowledgement with index 0.</summary>
    public ref readonly ReadingOrigin Origin(int sample) => ref origins[sample];

    public Reading Sample(int sample) => new()
    {
        Origin = origins[sample],
        Schema = Frame.Schema,
        Channel = channels[sample],
        Presence = Frame.Presence & ~Frame.Schema.ChannelMask,
        Raw = Frame.Sample(sample),
    };

    public void SetSample(int sample, long timeMicroseconds, Quality quality, int channel)
    {
        ref readonly var header = ref Frame.Header;
        origins[sample] = new ReadingOrigin(header.Device, timeMicroseconds, header.Flags, quality, header.Boot, header.Sequence, (byte)sample);
        channels[sample] = channel;
    }
}

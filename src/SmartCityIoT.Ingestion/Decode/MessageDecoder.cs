using System.Numerics;
using SmartCityIoT.Devices.Lookup;
using SmartCityIoT.Ingestion.Receive;
using SmartCityIoT.Journal;
using SmartCityIoT.Storage.DeadLetters;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Readings;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Ingestion.Decode;

/// <summary>
/// From a journal record to readings: topic, frame, device, redelivery, time, quality. Both consumers run one each, over the
/// same journal in the same order, and so decide the same. Allocates nothing per message once a device is known.
/// </summary>
internal sealed class MessageDecoder(SectorCatalog catalog, DeviceDirectory directory, TimeOptions timeOptions, DeviceMemories memories)
{
    /// <summary>Series of what is not a measurement, so that their times do not meet those of the channels (0 to 255).</summary>
    private const int EventSeries = -1;
    private const int BootSeries = -2;
    private const int AcknowledgementSeries = -3;

    private static readonly string[] StatusNames = Enum.GetNames<DecodeStatus>();

    private readonly DecodedMessage message = new();

    /// <summary>Decodes one record. The result is valid until the next call.</summary>
    public DecodedMessage Decode(in JournalRecord record)
    {
        message.Entry = null;
        message.Memory = null;
        message.SampleCount = 0;
        message.Missing = 0;
        message.SkewMilliseconds = null;
        var kind = (RecordKind)record.Kind;
        if (!RecordTopic.TryGetDevice(kind, record.Topic, record.Payload, out var device))
        {
            message.Device = null;
            return DeadLetter(DeadLetterReason.BadTopic);
        }

        message.Device = device;
        var memory = memories.Find(device);
        var entry = memory is not null ? memory.EntryIn(directory) : directory.TryGet(device, out var found) ? found : null;
        message.Entry = entry;
        return kind switch
        {
            RecordKind.Status => Status(record.Payload),
            RecordKind.PortPayload => DeadLetter(entry is null ? DeadLetterReason.UnknownDevice : DeadLetterReasons.NoCodec),
            _ => FrameOf(record, device, memory),
        };
    }

    private DecodedMessage Status(ReadOnlySpan<byte> payload)
    {
        if (message.Entry is null) return DeadLetter(DeadLetterReason.UnknownDevice);
        if (payload is not [(byte)'0' or (byte)'1']) return DeadLetter(DeadLetterReasons.BadStatus);
        message.Verdict = Verdict.Status;
        message.IsConnected = payload[0] == (byte)'1';
        return message;
    }

    private DecodedMessage FrameOf(in JournalRecord record, ulong device, DeviceMemory? memory)
    {
        var frame = message.Frame;
        var status = FrameDecoder.TryDecode(record.Payload, catalog, frame);
        if (status is DecodeStatus.Ok or DecodeStatus.SchemaNewer && frame.Header.Device != device) status = DecodeStatus.DeviceMismatch;
        if (status is not (DecodeStatus.Ok or DecodeStatus.SchemaNewer)) return DeadLetter(StatusNames[(int)status]);
        if (message.Entry is not { } entry) return DeadLetter(DeadLetterReason.UnknownDevice);

        if (memory is null) memory = memories.Of(device);
        else memories.Change(memory);
        message.Memory = memory;
        message.Sequence = memory.Accept(frame.Header.Boot, frame.Header.Sequence, out var missing);
        message.Missing = missing;
        if (message.Sequence == SequenceVerdict.Duplicate)
        {
            message.Verdict = Verdict.Duplicate;
            return message;
        }

        var time = ResolvedTime.Of(frame, record.ReceivedAt, timeOptions);
        message.Verdict = Verdict.Decoded;
        message.SkewMilliseconds = time.SkewMilliseconds;
        if (frame.SampleCount == 0)
        {
            TimeOfNoSample(memory, time);
        }
        else
        {
            TimeOfSamples(memory, time, entry.IntervalSeconds * 2000L);
        }

        return message;
    }

    private void TimeOfNoSample(DeviceMemory memory, ResolvedTime time)
    {
        var series = message.Frame.Header.Type switch
        {
            MessageType.Event => EventSeries,
            MessageType.Boot => BootSeries,
            _ => AcknowledgementSeries,
        };
        message.SetSample(0, memory.Series(series).TakeTime(time.First), QualityOf(message.Frame.Header.Flags, time.IsServerTime), 0);
    }

    private void TimeOfSamples(DeviceMemory memory, ResolvedTime time, long lateAfter)
    {
        var frame = message.Frame;
        var schema = frame.Schema;
        var quality = QualityOf(frame.Header.Flags, time.IsServerTime);
        var channelBit = (frame.Presence & schema.ChannelMask) == 0 ? -1 : BitOperations.TrailingZeroCount(schema.ChannelMask);
        message.SampleCount = frame.SampleCount;
        for (var i = 0; i < frame.SampleCount; i++)
        {
            var raw = frame.Sample(i);
            var channel = channelBit < 0 ? 0 : (int)raw[channelBit];
            var series = memory.Series(channel);
            var at = time.First + i * frame.IntervalSeconds * 1000L;
            var sampleQuality = quality;
            if ((quality & Quality.Replayed) != 0 || (series.Newest != long.MinValue && at < series.Newest - lateAfter)) sampleQuality |= Quality.Late;
            if (schema.Implausible(frame.Presence, raw) != 0) sampleQuality |= Quality.OutOfRange;
            if (at >= series.Newest)
            {
                series.Newest = at;
                if (series.SeesStuck(schema.NoiseMask, frame.Presence, raw)) sampleQuality |= Quality.Stuck;
            }

            message.SetSample(i, series.TakeTime(at), sampleQuality, channel);
        }
    }

    private static Quality QualityOf(FrameFlags flags, bool isServerTime) =>
        (isServerTime ? Quality.ServerTime : Quality.Good)
        | ((flags & FrameFlags.ClockNotSynchronised) != 0 ? Quality.Unsynchronised : Quality.Good)
        | ((flags & FrameFlags.Replayed) != 0 ? Quality.Replayed : Quality.Good)
        | ((flags & FrameFlags.Commissioning) != 0 ? Quality.Test : Quality.Good);

    private DecodedMessage DeadLetter(string reason)
    {
        message.Verdict = Verdict.DeadLetter;
        message.Reason = reason;
        return message;
    }
}

using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using SmartCityIoT.Devices;
using SmartCityIoT.Devices.Lookup;
using SmartCityIoT.Devices.Provisioning;
using SmartCityIoT.Ingestion.Decode;
using SmartCityIoT.Ingestion.Receive;
using SmartCityIoT.Journal;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Readings;

namespace SmartCityIoT.Ingestion.Tests.Decode;

/// <summary>A decoder behind a real journal and a real registry, in a folder that lasts as long as the test.</summary>
internal sealed class DecoderRig : IAsyncDisposable
{
    public const long Now = 1_796_083_200_000;

    private readonly string folder = Directory.CreateTempSubdirectory("smartcity-decoder-").FullName;
    private readonly ServiceProvider services;
    private readonly JournalReader reader;

    private DecoderRig()
    {
        services = new ServiceCollection()
            .AddLogging()
            .AddSingleton(Samples.Catalog)
            .AddDevices(new ConfigurationBuilder().Build(), folder)
            .BuildServiceProvider();
        var options = new JournalOptions { Directory = Path.Combine(folder, "journal"), Durability = JournalDurability.Os, MinFreeBytes = 0 };
        Journal = MessageJournal.Open(options, TimeProvider.System, NullLogger.Instance);
        reader = Journal.OpenReader(0);
        Decoder = new MessageDecoder(Samples.Catalog, services.GetRequiredService<DeviceDirectory>(), new TimeOptions(), new DeviceMemories());
    }

    public MessageJournal Journal { get; }

    public MessageDecoder Decoder { get; }

    /// <summary>Two water meters and a traffic counter, reporting each minute.</summary>
    public static async Task<DecoderRig> OpenAsync()
    {
        var rig = new DecoderRig();
        var registry = rig.services.GetRequiredService<DeviceRegistry>();
        await registry.InitialiseAsync(CancellationToken.None);
        await registry.AddManyAsync(
            [
                new NewDevice(Samples.DeviceA, "A", "water") { IntervalSeconds = 60 },
                new NewDevice(Samples.DeviceB, "B", "water") { IntervalSeconds = 60 },
                new NewDevice(Samples.Counter, "C", "traffic") { IntervalSeconds = 60 },
            ],
            "test",
            CancellationToken.None);
        return rig;
    }

    public ValueTask<long> AppendAsync(string topic, byte[] payload, long receivedAt = Now)
    {
        var stored = RecordTopic.Shorten(Encoding.UTF8.GetBytes(topic), payload, new byte[RecordTopic.DeviceLength], out var kind, out var port).ToArray();
        return Journal.AppendAsync(receivedAt, (byte)kind, port, 1, (byte)RecordSource.Dial, stored, payload, CancellationToken.None);
    }

    /// <summary>Sends one message through the journal and the decoder.</summary>
    public async Task<Decoded> TakeAsync(string topic, byte[] payload, long receivedAt = Now)
    {
        await AppendAsync(topic, payload, receivedAt);
        return Read().Single();
    }

    /// <summary>A frame on its device's own topic.</summary>
    public Task<Decoded> TakeAsync(byte[] frame, long receivedAt = Now) => TakeAsync(UpTopic(frame), frame, receivedAt);

    public static string UpTopic(byte[] frame) =>
        SmartCityIoT.Telemetry.Topics.TopicFormatter.Format(new(BitConverter.ToUInt64(frame, 8), SmartCityIoT.Telemetry.Topics.TopicKind.Frame));

    public List<Decoded> Read()
    {
        var decoded = new List<Decoded>();
        while (reader.TryReadBlock(out var block))
        {
            foreach (var record in block) decoded.Add(Decoded.Of(Decoder.Decode(record)));
        }

        return decoded;
    }

    /// <summary>Bytes that the decoder alone allocates over what is in the journal, and how many records that were.</summary>
    public (long Bytes, int Records) DecodeWaiting()
    {
        long allocated = 0;
        var records = 0;
        while (reader.TryReadBlock(out var block))
        {
            foreach (var record in block)
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                var message = Decoder.Decode(record);
                for (var i = 0; i < message.SampleCount; i++) _ = message.Sample(i);
                allocated += GC.GetAllocatedBytesForCurrentThread() - before;
                records++;
            }
        }

        return (allocated, records);
    }

    public async ValueTask DisposeAsync()
    {
        reader.Dispose();
        await Journal.DisposeAsync();
        await services.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}

/// <summary>What a decoded message said, taken out before the next one fills it again.</summary>
internal sealed record Decoded(Verdict Verdict, string Reason, ulong? Device, bool IsKnown, SequenceVerdict Sequence, int Missing, bool IsConnected, Sample[] Samples)
{
    public Sample Only => Assert.Single(Samples);

    public static Decoded Of(DecodedMessage message) => new(
        message.Verdict,
        message.Verdict == Verdict.DeadLetter ? message.Reason : "",
        message.Device,
        message.Entry is not null,
        message.Sequence,
        message.Missing,
        message.IsConnected,
        message.Verdict != Verdict.Decoded ? [] :
            [.. Enumerable.Range(0, Math.Max(1, message.SampleCount)).Select(i => message.SampleCount == 0 ? Sample.Of(message.Origin(i)) : Sample.Of(message.Sample(i)))]);
}

internal sealed record Sample(long TimeMicroseconds, Quality Quality, FrameFlags Flags, int Channel, uint Presence, byte Index)
{
    public static Sample Of(in ReadingOrigin origin) => new(origin.TimeMicroseconds, origin.Quality, origin.Flags, 0, 0, origin.Sample);

    public static Sample Of(in Reading reading) => Of(reading.Origin) with { Channel = reading.Channel, Presence = reading.Presence };
}

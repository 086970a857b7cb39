using System.Buffers;
using System.Net;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Sectors;

namespace MqttNetWorker;

/// <summary>Subscribes with MQTTnet's client, decodes each message, formats it as a line of text and leaves it to the writer.</summary>
internal sealed class Worker : IDisposable
{
    private readonly IMqttClient client = new MqttClientFactory().CreateMqttClient();
    private readonly SectorCatalog catalog = new(
        [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "packs"), "pack.json", SearchOption.AllDirectories)
            .Select(file => SectorPackReader.Parse(file, File.ReadAllBytes(file)))]);

    private readonly BatchWriter store;
    private readonly Dictionary<ulong, Place> places;
    private readonly Frame frame = new();
    private long received;

    public Worker(BatchWriter store, Dictionary<ulong, Place> places)
    {
        this.store = store;
        this.places = places;
        client.ApplicationMessageReceivedAsync += TakeAsync;
    }

    public long Received => Interlocked.Read(ref received);

    public async Task OpenAsync(int port)
    {
        var options = new MqttClientOptionsBuilder()
            .WithProtocolVersion(MqttProtocolVersion.V500)
            .WithEndPoint(new IPEndPoint(IPAddress.Loopback, port))
            .WithClientId("mqttnet-worker")
            .WithReceiveMaximum(ushort.MaxValue)
            .Build();
        await client.ConnectAsync(options);
        await client.SubscribeAsync("sc/v1/+/+/up", MqttQualityOfServiceLevel.AtLeastOnce);
    }

    public void Dispose() => client.Dispose();

    // The library acknowledges when this returns: the line is in memory then, and nowhere else.
    private async Task TakeAsync(MqttApplicationMessageReceivedEventArgs message)
    {
        var payload = message.ApplicationMessage.Payload.ToArray();
        if (FrameDecoder.TryDecode(payload, catalog, frame) == DecodeStatus.Ok) await store.AddAsync(LineText.Of(frame, places.GetValueOrDefault(frame.Header.Device)));
        Interlocked.Increment(ref received);
    }
}

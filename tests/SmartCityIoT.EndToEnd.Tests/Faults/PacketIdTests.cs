using System.Globalization;
using SmartCityIoT.EndToEnd.Tests.Faults.Load;
using SmartCityIoT.EndToEnd.Tests.Faults.Rig;
using SmartCityIoT.EndToEnd.Tests.Faults.Wire;
using SmartCityIoT.EndToEnd.Tests.Platform;
using SmartCityIoT.Testing.Servers;

namespace SmartCityIoT.EndToEnd.Tests.Faults;

/// <summary>More messages than there are packet ids.</summary>
public sealed class PacketIdTests
{
    private const int FirstConnection = 68_000;
    private const int All = 70_000;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task Packet_ids_go_round_with_one_message_held_and_every_acknowledgement_comes_in_order()
    {
        await using var influx = await InfluxdServer.StartAsync();
        using var folder = new TemporaryFolder();
        var port = ServerProcess.FreePort();
        await using var platform = await PlatformProcess.ServeAsync(
            folder.Path,
            "--SmartCity:Store:Kind", "influx", "--SmartCity:Store:Influx:Url", influx.Url.ToString(), "--SmartCity:Store:Influx:Database", FaultRig.Database,
            "--SmartCity:Mqtt:Broker:Host", "127.0.0.1", "--SmartCity:Mqtt:Broker:Port", $"{port}", "--SmartCity:Mqtt:Broker:MaxReconnectDelay", "00:00:01");
        foreach (var device in FaultRig.Devices) await platform.AddDeviceAsync(device.ToString("x16", CultureInfo.InvariantCulture), "water");

        var messages = Messages();
        await using var broker = new CountingBroker(port, messages, FirstConnection);
        broker.Start();
        await broker.Completed.WaitAsync(Limit);
        Assert.True(broker.Mistakes.Count == 0, string.Join('\n', broker.Mistakes.Take(20)));
        Assert.Equal(All + 1, broker.Acknowledged);
        Assert.Equal(1, broker.Wraps);

        await Eventually.EqualAsync(All, () => platform.BalanceAsync("stored"), "stored frames");
        await Eventually.EqualAsync(1, () => platform.BalanceAsync("duplicate"), "duplicates, of the message that was held");
        var stored = await StoredFrames.ReadAsync(influx, FaultRig.Database, FaultRig.Devices);
        Assert.Equal(messages.Select(message => message.Key!.Value).ToHashSet(), stored.Keys.ToHashSet());
        Assert.All(stored.Values, times => Assert.Equal(1, times));
    }

    /// <summary>The held message comes from a device that sends nothing else, so that its number is not forgotten meanwhile.</summary>
    private static List<LoadMessage> Messages()
    {
        var start = DateTimeOffset.UtcNow.AddHours(-1).ToUnixTimeMilliseconds();
        var messages = new List<LoadMessage>(All) { LoadMessage.Good(new FrameKey(FaultRig.Devices[0], 1, 0), start) };
        for (var i = 1; i < All; i++)
        {
            var device = FaultRig.Devices[1 + i % (FaultRig.Devices.Count - 1)];
            messages.Add(LoadMessage.Good(new FrameKey(device, 1, (ushort)(i / (FaultRig.Devices.Count - 1))), start + i));
        }

        return messages;
    }
}

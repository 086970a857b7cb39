using SmartCityIoT.EndToEnd.Tests.Faults.Load;
using SmartCityIoT.EndToEnd.Tests.Faults.Rig;
using SmartCityIoT.EndToEnd.Tests.Faults.Wire;
using SmartCityIoT.EndToEnd.Tests.Platform;

namespace SmartCityIoT.EndToEnd.Tests.Clients;

/// <summary>A gateway whose link is cut again and again while its messages are under way.</summary>
public sealed class ClientCutTests(GatewayDoor door) : IClassFixture<GatewayDoor>
{
    private const int Messages = 10_000;
    private const int Cuts = 50;
    private const int PerCut = Messages / Cuts;

    /// <summary>Time for what the cut lets through, in one direction, to arrive.</summary>
    private static readonly TimeSpan HalfOpen = TimeSpan.FromMilliseconds(20);

    private readonly HashSet<int> acknowledged = [];
    private Func<int> owed = () => 0;
    private int connections;

    /// <summary>
    /// Clients that send again what was not acknowledged, each with a boot counter that tells its frames from those of the others. MQTT.js sends one after the
    /// other again, each after the acknowledgement of the one before, which takes its time.
    /// </summary>
    public static IEnumerable<TheoryDataRow<string, int, byte>> All { get; } =
        new (string Name, int Version)[]
        {
            (DeviceClient.MqttNet, 4), (DeviceClient.MqttNet, 5), (DeviceClient.PahoPython, 4), (DeviceClient.PahoPython, 5), (DeviceClient.MqttJs, 4), (DeviceClient.MqttJs, 5),
        }
        .Where(each => FaultForm.IsLong || each.Name != DeviceClient.MqttJs)
        .Select((each, at) => new TheoryDataRow<string, int, byte>(each.Name, each.Version, (byte)(at + 1)));

    [Theory]
    [MemberData(nameof(All))]
    public async Task Fifty_cuts_lose_none_of_ten_thousand_messages(string name, int version, byte boot)
    {
        var duplicatesBefore = await door.Platform.BalanceAsync("duplicate");
        var storedBefore = await door.Platform.BalanceAsync("stored");
        var messages = MessagesOf(boot);
        await using var link = LinkProxy.ToPlatform(door.Platform.MqttPort);
        owed = () => link.Open;
        await using var client = DeviceClient.Start(name, door.Login(version, link.Port, $"boot-{boot}"));
        await UntilAsync(client, () => connections == 1);
        for (var cut = 1; cut <= Cuts; cut++)
        {
            var round = messages[((cut - 1) * PerCut)..(cut * PerCut)];
            foreach (var message in round[..(PerCut / 2)]) await client.PublishAsync(message.Topic, 1, message.Payload);

            // Both ways; then acknowledgements alone get stuck; then messages alone.
            link.Cut(up: cut % 3 != 2, down: cut % 3 != 0);
            foreach (var message in round[(PerCut / 2)..]) await client.PublishAsync(message.Topic, 1, message.Payload);
            await Task.Delay(HalfOpen);
            await link.DropAsync();
            await UntilAsync(client, () => connections == cut + 1);
        }

        await UntilAsync(client, () => acknowledged.Count == Messages);
        await Eventually.EqualAsync(storedBefore + Messages, () => door.Platform.BalanceAsync("stored"), "stored frames");
        Assert.True(await door.Platform.BalanceAsync("duplicate") > duplicatesBefore, "nothing was sent again: the cuts met nothing");
        Assert.True((await door.Platform.GetAsync("/api/v1/balance")).GetProperty("closes").GetBoolean());
        var stored = (await door.StoredAsync()).Where(frame => frame.Key.Boot == boot).ToDictionary();
        Assert.Empty(messages.Select(message => message.Key!.Value).Except(stored.Keys));
        await Eventually.EqualAsync(0, () => Task.FromResult((long)link.Open), "messages that the platform has not answered on the last connection");
        Assert.Empty(link.Acknowledged.Frames.Except(stored.Keys));
        Assert.Equal(Messages, stored.Count);
        Assert.All(stored.Values, times => Assert.Equal(1, times));
    }

    private static LoadMessage[] MessagesOf(byte boot)
    {
        var start = DateTimeOffset.UtcNow.AddHours(-1).ToUnixTimeMilliseconds();
        return [.. Enumerable.Range(0, Messages).Select(i =>
            LoadMessage.Good(new FrameKey(FaultRig.Devices[i % FaultRig.Devices.Count], boot, (ushort)(i / FaultRig.Devices.Count)), start + i))];
    }

    /// <summary>Takes what the client tells until something is so.</summary>
    private async Task UntilAsync(DeviceClient client, Func<bool> isSo)
    {
        while (!isSo())
        {
            var happened = await client.NextOfAllAsync($"{connections} connections, {acknowledged.Count} messages acknowledged, {owed()} owed by the platform on the newest connection");
            switch (happened.Event)
            {
                case "connected":
                    // The first finds no session, all others do; where the client tells.
                    Assert.True(happened.Present is null || happened.Present == connections > 0, $"connection {connections}: {happened}");
                    connections++;
                    break;
                case "published":
                    Assert.Equal(0, happened.Code);
                    Assert.True(acknowledged.Add(happened.Number), $"{happened} for the second time");
                    break;
            }
        }
    }
}

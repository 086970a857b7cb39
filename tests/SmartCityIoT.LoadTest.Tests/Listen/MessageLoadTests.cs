using SmartCityIoT.LoadTest.Accounting;
using SmartCityIoT.LoadTest.Frames;
using SmartCityIoT.LoadTest.Listen;

namespace SmartCityIoT.LoadTest.Tests.Listen;

public class MessageLoadTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly DeviceSockets? Sockets = DeviceSockets.CreateIfOffered();
    private static readonly LoadDistrict District = LoadDistrict.Create(3);
    private static readonly DeviceLogin[] Logins = [.. District.Devices.Select(device => new DeviceLogin(device, "secret"))];

    [Theory]
    [InlineData(nameof(ListenScenario.Closed), 1)]
    [InlineData(nameof(ListenScenario.Burst), 20)]
    public async Task A_device_has_its_messages_in_flight_and_sends_on_when_all_are_acknowledged(string scenario, int inFlight)
    {
        var most = 0;
        using var door = new ScriptedDoor(ScriptedDoor.Welcome, outstanding =>
        {
            most = Math.Max(most, outstanding.Count);
            return ScriptedDoor.AcknowledgeAt(inFlight)(outstanding);
        });
        using var fleet = await ConnectAsync(door);
        using var messages = MessageLoad.Start(Load(Enum.Parse<ListenScenario>(scenario)), District, Logins, fleet);
        messages.Count();
        await ReachAsync(messages, 1_000);
        await messages.DrainAsync(CancellationToken.None);
        Assert.Equal(messages.Sent, messages.Acknowledged);
        Assert.True(messages.ToAcknowledgement.Count > 0);
        Assert.Equal(inFlight, most);
    }

    [Fact]
    public async Task A_gateway_has_no_more_in_flight_than_the_server_allows()
    {
        const byte Allowed = 10, ReceiveMaximum = 0x21;
        byte[] welcome = [0x20, 6, 0, 0, 3, ReceiveMaximum, 0, Allowed];
        var most = 0;
        using var door = new ScriptedDoor(_ => welcome, outstanding =>
        {
            most = Math.Max(most, outstanding.Count);
            return ScriptedDoor.AcknowledgeAt(Allowed)(outstanding);
        });
        using var fleet = await ConnectAsync(door);
        using var messages = MessageLoad.Start(Load(ListenScenario.Gateway), District, Logins, fleet);
        await ReachAsync(messages, 1_000);
        await messages.DrainAsync(CancellationToken.None);
        Assert.Equal(Allowed, most);
    }

    [Fact]
    public async Task At_a_fixed_rate_a_message_does_not_wait_for_those_before()
    {
        using var door = new ScriptedDoor(ScriptedDoor.Welcome, ScriptedDoor.AcknowledgeAt(100));
        using var fleet = await ConnectAsync(door);
        using var messages = MessageLoad.Start(Load(ListenScenario.Rate), District, Logins, fleet);
        messages.Count();
        await ReachAsync(messages, 600);
        Assert.True(messages.ToLeaving.Count > 0);
    }

    [Theory]
    [InlineData(0x40, 2, 0, 2)]
    [InlineData(0x40, 3, 0, 1, 0x87)]
    [InlineData(0xE0, 1, 0x8E)]
    public async Task A_wrong_acknowledgement_a_refusal_and_a_goodbye_break_the_load_off(params int[] answer)
    {
        using var door = new ScriptedDoor(ScriptedDoor.Welcome, _ => [.. answer.Select(value => (byte)value)]);
        using var fleet = await ConnectAsync(door);
        using var messages = MessageLoad.Start(Load(ListenScenario.Closed), District, Logins, fleet);
        await Assert.ThrowsAsync<LoadTestException>(() => messages.GoOnAsync(Limit, CancellationToken.None));
    }

    [Fact]
    public async Task Devices_that_are_not_let_in_come_again()
    {
        const int Refused = 5;
        using var door = new ScriptedDoor(connection => connection <= Refused ? null : ScriptedDoor.Welcome(connection), _ => []);
        var storm = new ReconnectStorm(door.Address, Logins, 2, TimeProvider.System.GetTimestamp());
        using var fleet = await storm.RunAsync(CancellationToken.None);
        Assert.Equal(Logins.Length, fleet.Links.Count);
        Assert.Equal(Refused, storm.Refusals);
        Assert.True(storm.AllInAfter >= storm.HalfInAfter && storm.HalfInAfter > TimeSpan.Zero);
        using var watch = new IdleWatch(fleet);
        await watch.PingAllAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_login_that_is_refused_ends_the_measurement()
    {
        byte[] notAuthorized = [0x20, 3, 0, 0x87, 0];
        using var door = new ScriptedDoor(_ => notAuthorized, _ => []);
        var refused = await Assert.ThrowsAsync<LoadTestException>(() => ConnectAsync(door));
        Assert.Contains("NotAuthorized", refused.Message, StringComparison.Ordinal);
    }

    private static Task<DeviceFleet> ConnectAsync(ScriptedDoor door) =>
        DeviceFleet.ConnectAsync(door.Address, Logins, 2, MessageLoad.GatewayBufferBytes, Sockets, CancellationToken.None);

    private static async Task ReachAsync(MessageLoad messages, long count) =>
        Assert.True(await Progress.ReachesAsync(() => Task.FromResult(messages.Acknowledged), acknowledged => acknowledged >= count, Limit, CancellationToken.None));

    private static ListenLoad Load(ListenScenario scenario) => new()
    {
        Scenario = scenario,
        IsTls = false,
        Journal = "fsync",
        Devices = Logins.Length,
        InFlight = 1_000,
        Burst = 20,
        Rate = 2_000,
        Addresses = 2,
        WarmUp = TimeSpan.Zero,
        Window = TimeSpan.FromSeconds(1),
        Contenders = [],
        Peer = "",
        Alone = "",
    };
}

using SmartCityIoT.EndToEnd.Tests.Faults.Wire;

namespace SmartCityIoT.EndToEnd.Tests.Clients;

/// <summary>Last wills, take-overs and sessions that go on, with clients that others wrote.</summary>
public sealed class ClientSessionTests(FrontDoor door) : IClassFixture<FrontDoor>
{
    private const int SessionTakenOver = 0x8E;

    [Theory]
    [MemberData(nameof(ClientTests.All), MemberType = typeof(ClientTests))]
    public async Task A_device_that_breaks_off_leaves_its_last_will(string name, int version)
    {
        var meter = await door.AddDeviceAsync();
        await using (var client = DeviceClient.Start(name, meter.Login(version)))
        {
            await client.PublishAsync(meter.Status, 1, "1"u8.ToArray(), isRetained: true);
            Assert.Equal(0, (await client.NextAsync("published")).Code);
            await client.LeaveAsync();
        }

        await meter.ConnectedAsync(true);
        await using (var client = DeviceClient.Start(name, meter.Login(version) with { WillTopic = meter.Status, Subscribe = meter.Status }))
        {
            AssertStatus(meter, "1", await client.NextAsync("message"));
            await client.BreakAsync();
        }

        await meter.ConnectedAsync(false);
        await using var next = DeviceClient.Start(name, meter.Login(version) with { Subscribe = meter.Status });
        AssertStatus(meter, "0", await next.NextAsync("message"));
    }

    [Theory]
    [MemberData(nameof(ClientTests.All), MemberType = typeof(ClientTests))]
    public async Task A_second_connection_takes_over(string name, int version)
    {
        var meter = await door.AddDeviceAsync();
        await using var first = DeviceClient.Start(name, meter.Login(version) with { Subscribe = meter.Down });
        await first.NextAsync("subscribed");
        await using var second = DeviceClient.Start(name, meter.Login(version) with { ClientId = "another", Subscribe = meter.Down });
        await second.NextAsync("subscribed");
        Assert.Equal(version == 5 ? SessionTakenOver : 0, (await first.NextAsync("closed")).Code);

        // mosquitto_sub is closed for no reason that 3.1.1 could tell, and takes the connection back.
        if (name == DeviceClient.Mosquitto && version == 4) return;
        meter.AssertCommand(await meter.CommandAsync(), await second.NextAsync("message"));
    }

    [Theory]
    [MemberData(nameof(ClientTests.All), MemberType = typeof(ClientTests))]
    public async Task A_session_goes_on_with_what_was_not_acknowledged_and_what_came_meanwhile(string name, int version)
    {
        var meter = await door.AddDeviceAsync();
        var login = meter.Login(version) with { IsClean = false };
        uint unacknowledged;
        await using (var link = LinkProxy.ToPlatform(login.Port))
        await using (var client = DeviceClient.Start(name, login with { Port = link.Port, Subscribe = meter.Down }))
        {
            await client.NextAsync("subscribed");

            // The command passes, its acknowledgement does not.
            link.Cut(down: false);
            unacknowledged = await meter.CommandAsync();
            meter.AssertCommand(unacknowledged, await client.NextAsync("message"));

            // Closed for good: mosquitto_sub would come back through it.
            await link.DisposeAsync();
            await client.BreakAsync();
        }

        var meanwhile = await meter.CommandAsync();

        // mosquitto_sub must ask for something. It does not tell whether there was a session, nor does Paho C in MQTT 5.
        await using var again = DeviceClient.Start(name, login with { Subscribe = name == DeviceClient.Mosquitto ? meter.Down : null });
        var isTold = name != DeviceClient.Mosquitto && (name != DeviceClient.PahoC || version == 4);
        Assert.Equal(isTold ? true : null, (await again.NextAsync("connected")).Present);
        meter.AssertCommand(unacknowledged, await again.NextAsync("message"), isAgain: true);

        // It may have been sent into the broken connection too, before the platform found out.
        meter.AssertCommand(meanwhile, await again.NextAsync("message") with { Dup = false });
        await meter.CommandsDeliveredAsync();
    }

    private static void AssertStatus(FrontDoorDevice meter, string status, ClientEvent message) => Assert.Equal(
        (meter.Status, Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(status)), true), (message.Topic, message.Payload, message.Retain));
}

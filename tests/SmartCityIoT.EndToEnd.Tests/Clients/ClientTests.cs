namespace SmartCityIoT.EndToEnd.Tests.Clients;

/// <summary>Clients that others wrote, in both versions of MQTT and over every way in that each of them has.</summary>
public sealed class ClientTests(FrontDoor door) : IClassFixture<FrontDoor>
{
    private const int BadUserNameOrPassword311 = 4;
    private const int BadUserNameOrPassword5 = 0x86;
    private const int NotAuthorized = 0x87;

    /// <summary>Every client in both versions.</summary>
    public static IEnumerable<TheoryDataRow<string, int>> All { get; } =
        from client in new[] { DeviceClient.Mosquitto, DeviceClient.PahoC, DeviceClient.PahoPython, DeviceClient.MqttJs, DeviceClient.MqttNet }
        from version in new[] { 4, 5 }
        select new TheoryDataRow<string, int>(client, version);

    /// <summary>Debian's mosquitto clients have no WebSocket.</summary>
    public static IEnumerable<TheoryDataRow<string, int, string>> Ways { get; } =
        from row in All
        from way in new[] { "tcp", "tls", "ws", "wss" }
        where row.Data.Item1 != DeviceClient.Mosquitto || way is "tcp" or "tls"
        select new TheoryDataRow<string, int, string>(row.Data.Item1, row.Data.Item2, way);

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Publishes_at_every_quality_and_takes_a_command(string name, int version, string way)
    {
        var meter = await door.AddDeviceAsync();
        await using (var publisher = DeviceClient.Start(name, meter.Login(version, way)))
        {
            for (var qos = 0; qos <= 2; qos++)
            {
                await publisher.PublishAsync(meter.Up, qos, meter.Frame());
                Assert.Equal((qos + 1, 0), await PublishedAsync(publisher));
            }

            await publisher.LeaveAsync();
        }

        await using var listener = DeviceClient.Start(name, meter.Login(version, way) with { Subscribe = meter.Down });
        Assert.Equal(1, (await listener.NextAsync("subscribed")).Code);
        meter.AssertCommand(await meter.CommandAsync(), await listener.NextAsync("message"));
        await meter.CommandsDeliveredAsync();
        await meter.StoredAsync(3);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Logs_in_by_certificate(string name, int version)
    {
        var meter = await door.AddDeviceAsync();
        await using var client = DeviceClient.Start(name, meter.LoginByCertificate(version));
        await client.PublishAsync(meter.Up, 1, meter.Frame());
        Assert.Equal((1, 0), await PublishedAsync(client));
        await meter.StoredAsync(1);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Is_refused_with_a_wrong_secret(string name, int version)
    {
        var meter = await door.AddDeviceAsync();
        await using var client = DeviceClient.Start(name, meter.Login(version) with { Secret = "wrong", Subscribe = meter.Down });
        Assert.Equal(version == 5 ? BadUserNameOrPassword5 : BadUserNameOrPassword311, (await client.NextAsync("refused")).Code);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task May_not_publish_for_another_device(string name, int version)
    {
        var (meter, other) = (await door.AddDeviceAsync(), await door.AddDeviceAsync());
        await using var client = DeviceClient.Start(name, meter.Login(version));
        await client.PublishAsync(other.Up, 1, other.Frame());
        if (version == 4)
        {
            // There is no answer that says no.
            await client.NextAsync("closed");
            return;
        }

        Assert.Equal((1, NotAuthorized), await PublishedAsync(client));
        await client.PublishAsync(meter.Up, 1, meter.Frame());
        Assert.Equal((2, 0), await PublishedAsync(client));
    }

    private static async Task<(int Number, int Code)> PublishedAsync(DeviceClient client)
    {
        var published = await client.NextAsync("published");
        return (published.Number, published.Code);
    }
}

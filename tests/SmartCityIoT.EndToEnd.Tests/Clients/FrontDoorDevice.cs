using System.Buffers.Binary;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using SmartCityIoT.EndToEnd.Tests.Platform;

namespace SmartCityIoT.EndToEnd.Tests.Clients;

/// <summary>A water meter at the front door: how it logs in, what it sends, and what the platform says of it.</summary>
internal sealed class FrontDoorDevice(FrontDoor door, ulong id, string secret)
{
    /// <summary>Where the command's id stands in a command frame.</summary>
    private const int CommandIdAt = 4;

    private ushort sequence;

    public string Id { get; } = id.ToString("x16", CultureInfo.InvariantCulture);

    public string Up => GoldenFrames.Topic(Id);

    public string Down => Root + "down";

    public string Status => Root + "status";

    private string Root => $"sc/v1/{Id[^2..]}/{Id}/";

    /// <summary>By its secret.</summary>
    public ClientLogin Login(int version, string way = "tcp") => new(way, door.PortOf(way), version, Id)
    {
        User = Id,
        Secret = secret,
        AuthorityFile = way is "tls" or "wss" ? door.Authority.AuthorityFile : null,
    };

    /// <summary>By a certificate that names it.</summary>
    public ClientLogin LoginByCertificate(int version)
    {
        var (certificate, key) = door.Authority.Issue(Id);
        return Login(version, "tls") with { User = null, Secret = null, CertificateFile = certificate, KeyFile = key };
    }

    /// <summary>Another frame than those before.</summary>
    public byte[] Frame()
    {
        var number = sequence++;
        return WaterFrame.Encode(id, boot: 1, number, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - 1_000 + number, pressure: 3_000, flow: 1_000);
    }

    /// <summary>Gives it a command over the API, and answers the command's id.</summary>
    public async Task<uint> CommandAsync()
    {
        using var response = await door.Platform.Client.PostAsJsonAsync($"/api/v1/devices/{Id}/commands", new { command = "reportNow" });
        var answer = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == System.Net.HttpStatusCode.Created, answer);
        return JsonDocument.Parse(answer).RootElement.GetProperty("commandId").GetUInt32();
    }

    /// <summary>Asserts that a message is that command.</summary>
    public void AssertCommand(uint commandId, ClientEvent message, bool isAgain = false)
    {
        Assert.Equal((Down, 1, false, isAgain), (message.Topic, message.Qos, message.Retain, message.Dup));
        Assert.Equal(commandId, BinaryPrimitives.ReadUInt32LittleEndian(Convert.FromHexString(message.Payload).AsSpan(CommandIdAt)));
    }

    /// <summary>Waits until the platform has the device's acknowledgement of all its commands.</summary>
    public Task CommandsDeliveredAsync() => Eventually.IsAsync(
        async () => (await door.Platform.GetAsync($"/api/v1/devices/{Id}/commands")).ToString(),
        commands => JsonDocument.Parse(commands).RootElement.GetProperty("items").EnumerateArray().All(command => command.GetProperty("state").GetString() == "delivered"),
        "commands, all of which should be delivered");

    /// <summary>Waits until the store has so many of its frames.</summary>
    public Task StoredAsync(int count) => Eventually.EqualAsync(count, () => BalanceAsync("stored"), $"stored frames of {Id}");

    /// <summary>Waits until the platform takes it for connected, or for gone.</summary>
    public Task ConnectedAsync(bool expected) => Eventually.IsAsync(
        async () => (await door.Platform.GetAsync($"/api/v1/devices/{Id}")).GetProperty("connected").GetRawText(),
        connected => connected == (expected ? "true" : "false"),
        "whether the device is connected");

    /// <summary>One column of the device's balance. A test may run over the end of a day.</summary>
    private async Task<long> BalanceAsync(string column)
    {
        var sum = 0L;
        foreach (var day in new[] { DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow })
        {
            var rows = (await door.Platform.GetAsync($"/api/v1/balance/devices?day={day.ToUnixTimeMilliseconds()}")).GetProperty("items").EnumerateArray();
            sum += rows.Where(row => row.GetProperty("device").GetString() == Id).Sum(row => row.GetProperty(column).GetInt64());
        }

        return sum;
    }
}

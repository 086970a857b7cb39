using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using SmartCityIoT.EndToEnd.Tests.Faults.Rig;
using SmartCityIoT.EndToEnd.Tests.Faults.Wire;
using SmartCityIoT.EndToEnd.Tests.Platform;

namespace SmartCityIoT.EndToEnd.Tests.Faults;

/// <summary>
/// A login that the registry withdraws is over within a second, live connection and all, whether the API of the running platform says so or the command line.
/// </summary>
[Collection(Alone.Name)]
public sealed class RevocationTests(RevocationTests.Running running) : IClassFixture<RevocationTests.Running>
{
    /// <summary>The promise, counted from when the request is sent, or the command is over.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    /// <summary>Attempts by the API, and by the command line, each of which is a process.</summary>
    private static readonly (int Api, int Commands) Attempts = (5, FaultForm.Choose(3, 9));

    private PlatformProcess Platform => running.Platform;

    [Fact]
    public async Task A_device_whose_secret_is_rotated_by_the_API()
    {
        var next = "";
        await MeasureAsync(
            Attempts.Api,
            AddDeviceAsync,
            async login =>
            {
                next = (await IssueAsync($"devices/{login.Device}")).Secret;
                return await WithdrawAsync(HttpMethod.Delete, $"devices/{login.Device}/credentials/{login.Credential}");
            },
            comesBackAs: login => login with { Secret = next });
    }

    [Fact]
    public Task A_device_that_is_retired_by_the_API() =>
        MeasureAsync(Attempts.Api, AddDeviceAsync, login => WithdrawAsync(HttpMethod.Post, $"devices/{login.Device}/retire"));

    [Fact]
    public Task A_gateway_whose_secret_is_revoked_by_the_API() =>
        MeasureAsync(Attempts.Api, AddGatewayAsync, login => WithdrawAsync(HttpMethod.Delete, $"gateways/{login.Name}/credentials/{login.Credential}"));

    [Fact]
    public Task A_gateway_that_loses_a_device_by_the_API() =>
        MeasureAsync(Attempts.Api, AddGatewayAsync, login => WithdrawAsync(HttpMethod.Delete, $"gateways/{login.Name}/devices/{login.Device}"), comesBackAs: login => login);

    /// <summary>All at once, since a command is a process that takes a second to start.</summary>
    [Fact]
    public Task Devices_and_gateways_that_lose_their_secret_their_place_or_a_device_by_the_command_line() => Task.WhenAll(
        MeasureAsync(Attempts.Commands, AddDeviceAsync, login => RunAsync("device", "revoke", login.Device, $"{login.Credential}")),
        MeasureAsync(Attempts.Commands, AddDeviceAsync, login => RunAsync("device", "retire", login.Device)),
        MeasureAsync(Attempts.Commands, AddGatewayAsync, login => RunAsync("gateway", "devices", login.Name, "--remove", login.Device), comesBackAs: login => login));

    /// <param name="attempts">Each with a login of its own; the median decides.</param>
    /// <param name="withdraw">Returns the timestamp from which the time counts.</param>
    /// <param name="comesBackAs">What is good afterwards; null for nothing.</param>
    private async Task MeasureAsync(int attempts, Func<string, Task<Login>> add, Func<Login, Task<long>> withdraw, Func<Login, Login>? comesBackAs = null)
    {
        var taken = new List<TimeSpan>();
        var other = await AddDeviceAsync(running.NextId());
        using var untouched = await LogInAsync(other);
        for (var attempt = 0; attempt < attempts; attempt++)
        {
            var login = await add(running.NextId());
            using var live = await LogInAsync(login);
            Assert.True(await IsTakenAsync(live, login.Device));
            var closed = ClosedAsync(live);
            var since = await withdraw(login);
            taken.Add(Stopwatch.GetElapsedTime(since, await closed.WaitAsync(10 * Limit)));
            var back = comesBackAs?.Invoke(login);
            if (back != login) await Assert.ThrowsAsync<IOException>(() => LogInAsync(login));
            if (back is not null) (await LogInAsync(back)).Dispose();
        }

        Assert.True(await IsTakenAsync(untouched, other.Device), "a device that nobody withdrew is cut off");
        var median = taken.Order().ElementAt(attempts / 2);
        Said.Line($"closed {median.TotalMilliseconds:F0} ms after, at most {taken.Max().TotalMilliseconds:F0} ms, of {attempts}");
        Assert.True(median <= Limit, $"closed {median.TotalSeconds:F2} s after, the median of {attempts}");
    }

    private Task<DeviceSocket> LogInAsync(Login login) => DeviceSocket.LogInAsync(Platform.MqttPort, login.Name, login.Secret, isVersion5: true);

    /// <summary>Whether a publish is acknowledged as taken.</summary>
    private static async Task<bool> IsTakenAsync(DeviceSocket socket, string device)
    {
        await socket.SendAsync(Packets.PublishOnce(GoldenFrames.Topic(device), [1], 1, isAgain: false, isVersion5: true));
        var (header, body) = await socket.NextAsync();
        return Packets.Kind(header) == Packets.PublishAcknowledge && (body.Length == 2 || body[2] < 0x80);
    }

    /// <returns>When the platform closed the connection, by a timestamp.</returns>
    private static async Task<long> ClosedAsync(DeviceSocket socket)
    {
        try
        {
            while (true) await socket.NextAsync();
        }
        catch (Exception end) when (end is IOException or System.Net.Sockets.SocketException)
        {
            return Stopwatch.GetTimestamp();
        }
    }

    private async Task<Login> AddDeviceAsync(string id)
    {
        await Platform.AddDeviceAsync(id, "water");
        return new Login(id, id, await IssueAsync($"devices/{id}"));
    }

    private async Task<Login> AddGatewayAsync(string device)
    {
        await Platform.AddDeviceAsync(device, "water");
        var name = "tower-" + device;
        await SendAsync(HttpMethod.Post, "gateways", new { name, devices = new[] { device } });
        return new Login(name, device, await IssueAsync($"gateways/{name}"));
    }

    private async Task<(long Credential, string Secret)> IssueAsync(string owner)
    {
        var given = await SendAsync(HttpMethod.Post, $"{owner}/credentials");
        return (given.GetProperty("credential").GetInt64(), given.GetProperty("secret").GetString()!);
    }

    private async Task<JsonElement> SendAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, "/api/v1/" + path) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await Platform.Client.SendAsync(request);
        var answer = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{method} {path}: {(int)response.StatusCode} {answer}");
        return answer.Length == 0 ? default : JsonDocument.Parse(answer).RootElement.Clone();
    }

    /// <returns>The timestamp before the request.</returns>
    private async Task<long> WithdrawAsync(HttpMethod method, string path)
    {
        var since = Stopwatch.GetTimestamp();
        await SendAsync(method, path);
        return since;
    }

    /// <returns>The timestamp after the command.</returns>
    private async Task<long> RunAsync(params string[] command)
    {
        var (exit, _, error) = await ServerProgram.RunAsync([.. command, "--SmartCity:DataDirectory", running.DataDirectory]);
        Assert.True(exit == 0, error);
        return Stopwatch.GetTimestamp();
    }

    /// <summary>One platform for all of them.</summary>
    public sealed class Running : IAsyncLifetime
    {
        private readonly TemporaryFolder folder = new();
        private readonly ConcurrentQueue<ulong> numbers = new(TestFleet.Numbers(1_000));
        private PlatformProcess? platform;

        internal PlatformProcess Platform => platform!;

        public string DataDirectory => folder.Path;

        /// <summary>Of a device that is not provisioned.</summary>
        public string NextId() => TestFleet.Id(numbers.TryDequeue(out var next) ? next : throw new InvalidOperationException("no more"));

        public async ValueTask InitializeAsync() => platform = await PlatformProcess.ServeAsync(folder.Path);

        public async ValueTask DisposeAsync()
        {
            if (platform is not null) await platform.DisposeAsync();
            folder.Dispose();
        }
    }

    /// <summary>What a device or a gateway logs in with, and the device that it speaks for.</summary>
    private sealed record Login(string Name, string Device, long Credential, string Secret)
    {
        public Login(string name, string device, (long Credential, string Secret) given) : this(name, device, given.Credential, given.Secret)
        {
        }
    }
}

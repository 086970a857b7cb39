using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace SmartCityIoT.EndToEnd.Tests.Clients;

/// <summary>
/// A client library of others, driven by a small program of its own language beside this file. All of them understand the same:
/// <code>
/// arguments   way= host= port= version= client= clean= expiry= again= [user= secret=] [ca=] [cert= key=] [will=] [subscribe=]
/// input       publish QOS RETAIN TOPIC HEX      one line each
///             disconnect
/// output      {"event": …}                      one line for each <see cref="ClientEvent"/>
/// </code>
/// </summary>
internal sealed class DriverClient : DeviceClient
{
    private readonly Process process;
    private readonly StringBuilder errors = new();

    public DriverClient(string name, ClientLogin login)
    {
        process = Process.Start(new ProcessStartInfo(Drivers.Program(name), [.. Drivers.Arguments(name), .. Arguments(login)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) =>
        {
            lock (errors) errors.AppendLine(line.Data);
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    protected override string Said
    {
        get
        {
            lock (errors) return errors.ToString();
        }
    }

    public override Task PublishAsync(string topic, int qos, ReadOnlyMemory<byte> payload, bool isRetained = false) =>
        WriteAsync(string.Create(CultureInfo.InvariantCulture, $"publish {qos} {(isRetained ? 1 : 0)} {topic} {Convert.ToHexStringLower(payload.Span)}"));

    public override async Task LeaveAsync()
    {
        await WriteAsync("disconnect");
        await NextAsync("closed");
    }

    public override async Task BreakAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await BreakAsync();
        process.Dispose();
    }

    private static IEnumerable<string> Arguments(ClientLogin login)
    {
        (string Name, string? Value)[] all =
        [
            ("way", login.Way), ("host", "127.0.0.1"), ("port", Text(login.Port)), ("version", Text(login.Version)), ("client", login.ClientId),
            ("clean", login.IsClean ? "1" : "0"), ("expiry", Text(ClientLogin.SessionExpirySeconds)), ("again", login.ConnectsAgain ? "1" : "0"),
            ("user", login.User), ("secret", login.Secret), ("ca", login.AuthorityFile), ("cert", login.CertificateFile), ("key", login.KeyFile),
            ("will", login.WillTopic), ("subscribe", login.Subscribe),
        ];
        return all.Where(each => each.Value is not null).Select(each => $"{each.Name}={each.Value}");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private async Task WriteAsync(string line)
    {
        // A driver that reads no more is a test that fails, and not one that never ends.
        await process.StandardInput.WriteLineAsync(line).WaitAsync(Limit);
        await process.StandardInput.FlushAsync().WaitAsync(Limit);
    }

    private void Take(string? line)
    {
        if (line is null) NoteEnd();
        else Note(JsonSerializer.Deserialize<ClientEvent>(line, JsonSerializerOptions.Web)!);
    }
}

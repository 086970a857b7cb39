using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SmartCityIoT.Server.Hosting;

namespace SmartCityIoT.Server.Tests.Hosting;

/// <summary>The platform is started on what people get wrong; each time one line must say what and what to do.</summary>
public sealed class StartupProblemTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("smartcity-start-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("--SmartCity:Mqtt:Listen:Port=70000", "Port")]
    [InlineData("--SmartCity:Mqtt:Listen:Port=many", "SmartCity:Mqtt:Listen:Port")]
    [InlineData("--SmartCity:Mqtt:Listen:Address=everywhere", "SmartCity:Mqtt:Listen:Address")]
    [InlineData("--SmartCity:Store:Kind=paper", "SmartCity:Store:Kind")]
    [InlineData("--SmartCity:Journal:GatherMilliseconds=-1", "GatherMilliseconds")]
    [InlineData("--SmartCity:Journal:MaxRecordBytes=100000,--SmartCity:Mqtt:Broker:Host=127.0.0.1", "SmartCity:Mqtt:Broker:MaxPacketBytes")]
    [InlineData("--SmartCity:Journal:MaxRecordBytes=60000", "SmartCity:Mqtt:Listen:MaxPacketBytes")]
    [InlineData("--SmartCity:Mqtt:Broker:Version=4", "SmartCity:Mqtt:Broker:Version")]
    [InlineData("--SmartCity:Packs=/nowhere", "/nowhere")]
    [InlineData("--SmartCity:Region=/nowhere", "/nowhere")]
    [InlineData("--SmartCity:Alerts:RulesDirectory=/nowhere", "/nowhere")]
    public async Task A_bad_option_is_one_line_that_names_it(string argument, string named) =>
        AssertLine(await ProblemAsync(argument.Split(',')), named);

    [Fact]
    public async Task A_damaged_device_registry_is_one_line_that_names_it()
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "devices.db"), new string('x', 5_000));
        AssertLine(await ProblemAsync(), "devices.db");
    }

    [Fact]
    public async Task A_data_directory_in_use_by_another_process_is_one_line()
    {
        var first = Platform.Build(Arguments());
        await using (first)
        {
            await Platform.StartAsync(first, CancellationToken.None);
            AssertLine(await ProblemAsync(), Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    [Fact]
    public async Task A_port_in_use_is_one_line_that_names_it()
    {
        using var holder = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        holder.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        holder.Listen();
        var port = ((IPEndPoint)holder.LocalEndPoint!).Port;

        AssertLine(await ProblemAsync($"--urls=http://127.0.0.1:{port}"), $"{port}");
        AssertLine(await ProblemAsync($"--SmartCity:Mqtt:Listen:Port={port}"), $"{port}");
    }

    [Fact]
    public void A_data_directory_that_cannot_be_written_is_one_line()
    {
        var file = Path.Combine(folder, "file");
        File.WriteAllText(file, "");
        foreach (var path in new[] { file, Path.Combine(file, "data"), "/proc/smartcity" })
        {
            var problem = Assert.Throws<StartupException>(() => DataDirectory.Open(path));
            AssertLine(StartupProblem.Describe(problem), path);
            AssertLine(StartupProblem.Describe(problem), "SmartCity:DataDirectory");
        }
    }

    [Fact]
    public void A_data_directory_is_made_with_what_is_missing_above_it()
    {
        var path = Path.Combine(folder, "a", "b");
        Assert.Equal(path, DataDirectory.Open(path));
        Assert.Empty(Directory.EnumerateFileSystemEntries(path));
    }

    [Fact]
    public void A_defect_of_the_program_keeps_its_stack_trace()
    {
        Assert.Null(StartupProblem.Describe(new NotSupportedException()));
        Assert.Null(StartupProblem.Describe(new InvalidOperationException("a service is missing")));
        Assert.NotNull(StartupProblem.Describe(new AggregateException(new OptionsValidationException("x", typeof(object), ["bad"]))));
        Assert.NotNull(StartupProblem.Describe(new IOException("x", new AddressInUseException("y"))));
    }

    [Fact]
    public async Task A_part_that_ends_by_a_defect_ends_the_program_with_it()
    {
        var platform = Platform.Build(Arguments(), also: services => services.AddHostedService<Broken>());
        await using (platform)
        {
            var problem = await Assert.ThrowsAsync<NotSupportedException>(async () =>
            {
                await Platform.StartAsync(platform, CancellationToken.None);
                await Platform.RunAsync(platform, CancellationToken.None);
            });
            Assert.Equal("broken for a test", problem.Message);
        }
    }

    [Fact]
    public async Task A_stop_ends_the_program_without_a_word()
    {
        var platform = Platform.Build(Arguments());
        await using (platform)
        {
            await Platform.StartAsync(platform, CancellationToken.None);
            platform.Lifetime.StopApplication();
            await Platform.RunAsync(platform, CancellationToken.None);
        }
    }

    private async Task<string?> ProblemAsync(params string[] more)
    {
        try
        {
            var platform = Platform.Build(Arguments(more));
            await using (platform)
            {
                await Platform.StartAsync(platform, CancellationToken.None);
                return null;
            }
        }
        catch (Exception problem)
        {
            return StartupProblem.Describe(problem) ?? $"no line for {problem}";
        }
    }

    private string[] Arguments(params string[] more) =>
        ["--urls=http://127.0.0.1:0", "--SmartCity:Mqtt:Listen:Port=0", $"--SmartCity:DataDirectory={folder}", "--Logging:LogLevel:Default=None", .. more];

    private sealed class Broken : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await Task.Yield();
            throw new NotSupportedException("broken for a test");
        }
    }

    private static void AssertLine(string? line, string named)
    {
        Assert.NotNull(line);
        Assert.DoesNotContain('\n', line);
        Assert.Contains(named, line, StringComparison.Ordinal);
    }
}

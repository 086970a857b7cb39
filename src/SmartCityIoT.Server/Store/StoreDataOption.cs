using System.CommandLine;
using SmartCityIoT.Server.Hosting;

namespace SmartCityIoT.Server.Store;

/// <summary>Where the embedded store of a command is: <c>--data DIR</c>, or what the configuration says.</summary>
internal sealed class StoreDataOption
{
    private readonly Option<string?> option = new("--data")
    {
        Description = "Data directory of the platform (default what SmartCity:DataDirectory says, data)",
        HelpName = "DIR",
    };

    public void AddTo(Command command)
    {
        command.Add(option);
        command.TreatUnmatchedTokensAsErrors = false;
    }

    /// <summary>Full path of the data directory, which need not be there.</summary>
    public string DirectoryOf(ParseResult parsed)
    {
        var configuration = new ConfigurationBuilder();
        PlatformConfiguration.Add(configuration, [.. parsed.UnmatchedTokens]);
        var options = configuration.Build().GetSection(PlatformOptions.Section).Get<PlatformOptions>() ?? new PlatformOptions();
        return Path.GetFullPath(parsed.GetValue(option) ?? options.DataDirectory);
    }

    /// <summary>The store's database file in a data directory.</summary>
    public static string StoreIn(string dataDirectory) => Path.Combine(dataDirectory, "store", "telemetry.duckdb");
}

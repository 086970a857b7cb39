namespace SmartCityIoT.Server.Hosting;

/// <summary>Where configuration comes from, each source over those before it: defaults, appsettings.json, environment, command line.</summary>
internal static class PlatformConfiguration
{
    /// <summary>What stands below every source.</summary>
    private static readonly Dictionary<string, string?> Defaults = new()
    {
        ["Logging:LogLevel:Default"] = "Information",
        ["Logging:LogLevel:Microsoft"] = "Warning",
        ["Logging:LogLevel:System"] = "Warning",

        // A start that fails is told in one line, and a part that ends by a defect ends the program with its stack trace: the host need not
        // print the same before them.
        ["Logging:LogLevel:Microsoft.Extensions.Hosting.Internal.Host"] = "None",
    };

    /// <param name="args">Configuration keys from the command line.</param>
    /// <param name="defaults">Defaults that differ, for a subcommand with defaults of its own.</param>
    /// <exception cref="StartupException">An argument is no configuration key.</exception>
    public static void Add(IConfigurationBuilder configuration, string[] args, Dictionary<string, string?>? defaults = null)
    {
        ConfigurationArguments.Check(args);
        configuration.Sources.Clear();
        configuration
            .AddInMemoryCollection(Defaults)
            .AddInMemoryCollection(defaults ?? [])
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true, reloadOnChange: false)
            .AddJsonFile(Path.Combine(Directory.GetCurrentDirectory(), "appsettings.json"), optional: true, reloadOnChange: false)
            .AddEnvironmentVariables("ASPNETCORE_")
            .AddEnvironmentVariables()
            .AddCommandLine(args);
    }
}

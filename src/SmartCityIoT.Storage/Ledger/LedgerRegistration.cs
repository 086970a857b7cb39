using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartCityIoT.Storage.DeadLetters;

namespace SmartCityIoT.Storage.Ledger;

/// <summary>Brings the ledger into the host.</summary>
internal static class LedgerRegistration
{
    /// <summary>Registers <see cref="IngestLedger"/>, which opens <c>ledger.db</c> when it is first asked for.</summary>
    public static IServiceCollection AddIngestLedger(this IServiceCollection services, IConfiguration configuration, string dataDirectory)
    {
        services.AddOptions<LedgerOptions>().Bind(configuration.GetSection(LedgerOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<DeadLetterOptions>().Bind(configuration.GetSection(DeadLetterOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        return services.AddSingleton(provider => IngestLedger.Open(
            Path.Combine(dataDirectory, "ledger.db"),
            provider.GetRequiredService<IOptions<LedgerOptions>>().Value,
            provider.GetRequiredService<IOptions<DeadLetterOptions>>().Value,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<IngestLedger>>()));
    }
}

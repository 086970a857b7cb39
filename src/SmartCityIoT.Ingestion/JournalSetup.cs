using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SmartCityIoT.Ingestion.Live;
using SmartCityIoT.Ingestion.Receive.Dial;
using SmartCityIoT.Ingestion.Receive.Listen;
using SmartCityIoT.Ingestion.Store;
using SmartCityIoT.Journal;

namespace SmartCityIoT.Ingestion;

/// <summary>The journal's options: its folder follows the data directory, and its cursors are those of the consumers.</summary>
internal static class JournalSetup
{
    public const string Section = "SmartCity:Journal";

    public static IServiceCollection AddIngestionJournal(this IServiceCollection services, IConfiguration configuration, string dataDirectory) =>
        services.AddJournal(_ => Options(configuration, dataDirectory));

    private static JournalOptions Options(IConfiguration configuration, string dataDirectory)
    {
        var defaults = new Dictionary<string, string?>
        {
            [nameof(JournalOptions.Directory)] = Path.Combine(dataDirectory, "journal"),
            [$"{nameof(JournalOptions.Cursors)}:0"] = StoreConsumer.CursorName,
            [$"{nameof(JournalOptions.Cursors)}:1"] = LiveConsumer.CursorName,
        };
        var merged = new ConfigurationBuilder().AddInMemoryCollection(defaults).AddConfiguration(configuration.GetSection(Section)).Build();
        var options = merged.Get<JournalOptions>()!;
        var failures = new List<ValidationResult>();
        if (!Validator.TryValidateObject(options, new ValidationContext(options), failures, validateAllProperties: true))
        {
            throw new OptionsValidationException(Section, typeof(JournalOptions), failures.Select(failure => $"{Section}: {failure.ErrorMessage}"));
        }

        var broker = configuration.GetSection(BrokerOptions.Section).Get<BrokerOptions>() ?? new();
        if (!string.IsNullOrEmpty(broker.Host)) RequireRoomFor(options, BrokerOptions.Section, broker.MaxPacketBytes);
        var listen = configuration.GetSection(ListenOptions.Section);
        if ((listen.Get<ListenOptions>() ?? new()).Enabled) RequireRoomFor(options, ListenOptions.Section, (listen.Get<ListenLimitOptions>() ?? new()).MaxPacketBytes);
        return options;
    }

    /// <summary>A message that the journal cannot hold is never acknowledged: its broker would send it for ever.</summary>
    private static void RequireRoomFor(JournalOptions options, string door, int most)
    {
        if (options.MaxRecordBytes >= most) return;
        var failure = $"{Section}: {nameof(JournalOptions.MaxRecordBytes)} ({options.MaxRecordBytes}) must not be below {door}:{nameof(BrokerOptions.MaxPacketBytes)} ({most}): the journal could not hold the largest message that is taken";
        throw new OptionsValidationException(Section, typeof(JournalOptions), [failure]);
    }
}

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace SmartCityIoT.Journal;

/// <summary>Puts the journal into a host.</summary>
public static class JournalServices
{
    /// <summary>
    /// Adds one <see cref="MessageJournal"/>, opened when it is first asked for (which throws <see cref="JournalUnavailableException"/>
    /// with one line) and closed with the host. A <see cref="TimeProvider"/> in the container is used.
    /// </summary>
    /// <param name="options">The options, bound from <c>SmartCity:Journal</c> by the program.</param>
    public static IServiceCollection AddJournal(this IServiceCollection services, Func<IServiceProvider, JournalOptions> options) =>
        services.AddSingleton(provider => MessageJournal.Open(
            options(provider),
            (TimeProvider?)provider.GetService(typeof(TimeProvider)) ?? TimeProvider.System,
            provider.GetRequiredService<ILogger<MessageJournal>>()));
}

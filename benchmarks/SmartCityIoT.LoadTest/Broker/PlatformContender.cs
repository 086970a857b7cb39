using SmartCityIoT.LoadTest.Platform;

namespace SmartCityIoT.LoadTest.Broker;

/// <summary>The platform, with everything switched on.</summary>
internal sealed class PlatformContender(TemporaryFolder folder, PlatformProcess platform) : IContender
{
    public const string ContenderName = "platform";

    public string Name => ContenderName;

    public string Database => "smartcity";

    public bool Stores => true;

    public ProcessUsage Usage => platform.Usage;

    public PlatformApi Api { get; } = new(platform.Page);

    public async Task<long> ReceivedAsync(CancellationToken cancellation) =>
        (long)(await Api.MetricsAsync(cancellation).ConfigureAwait(false)).Messages;

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        await platform.DisposeAsync().ConfigureAwait(false);
        folder.Dispose();
    }
}

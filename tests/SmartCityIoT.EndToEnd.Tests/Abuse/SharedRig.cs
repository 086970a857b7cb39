namespace SmartCityIoT.EndToEnd.Tests.Abuse;

/// <summary>One platform with a thousand devices for several tests, which run alone.</summary>
public sealed class SharedRig : IAsyncLifetime
{
    private AbuseRig? rig;

    internal AbuseRig Rig => rig!;

    public async ValueTask InitializeAsync() => rig = await AbuseRig.StartAsync(AbuseRig.Crowd);

    public async ValueTask DisposeAsync()
    {
        if (rig is not null) await rig.DisposeAsync();
    }

    /// <summary>The tests that share it.</summary>
    [CollectionDefinition(Name, DisableParallelization = true)]
    public sealed class Users : ICollectionFixture<SharedRig>
    {
        public const string Name = "alone, with one platform";
    }
}

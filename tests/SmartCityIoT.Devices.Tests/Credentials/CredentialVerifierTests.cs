using System.Text;

namespace SmartCityIoT.Devices.Tests.Credentials;

public class CredentialVerifierTests
{
    [Fact]
    public async Task Each_device_gets_a_secret_of_its_own_that_opens_for_it_alone()
    {
        await using var registry = await Registry.OpenAsync();
        var secrets = await registry.Devices.AddManyAsync(
            [.. Enumerable.Range(1, 50).Select(number => Registry.Water((ulong)number))], Registry.Actor, CancellationToken.None);

        Assert.Equal(50, secrets.Select(each => each.Secret).Distinct().Count());
        Assert.All(secrets, each => Assert.Equal(43, each.Secret.Length));
        foreach (var owner in secrets)
        {
            foreach (var device in secrets)
            {
                Assert.Equal(owner.Id == device.Id, Verify(registry, device.Id, owner.Secret));
            }
        }
    }

    private static bool Verify(Registry registry, ulong device, string secret) => registry.Verifier.Verify(device, Encoding.UTF8.GetBytes(secret));
}

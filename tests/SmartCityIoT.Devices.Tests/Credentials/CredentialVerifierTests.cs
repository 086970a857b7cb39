using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;
using SmartCityIoT.Devices.Provisioning;

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

    [Fact]
    public async Task A_secret_with_any_letter_changed_cut_or_added_is_refused()
    {
        await using var registry = await Registry.OpenAsync();
        var secret = (await registry.AddAsync(Registry.Water(Registry.DeviceA))).Secret;

        for (var index = 0; index < secret.Length; index++)
        {
            var other = secret[index] == 'A' ? 'B' : 'A';
            Assert.False(Verify(registry, Registry.DeviceA, secret[..index] + other + secret[(index + 1)..]));
            Assert.False(Verify(registry, Registry.DeviceA, secret[..index]));
        }

        Assert.False(Verify(registry, Registry.DeviceA, secret + "A"));
        Assert.False(Verify(registry, Registry.DeviceA, secret + "="));
        Assert.False(Verify(registry, Registry.DeviceA, secret + new string('\0', 1)));
        Assert.False(Verify(registry, Registry.DeviceA, new string('A', 100_000)));
        Assert.True(Verify(registry, Registry.DeviceA, secret));
    }

    [Fact]
    public async Task A_secret_longer_than_the_limit_is_refused_even_when_its_beginning_fits()
    {
        await using var registry = await Registry.OpenAsync();
        await registry.AddAsync(Registry.Water(Registry.DeviceA));
        // The hash of the first 256 bytes is put in by hand, so that the length alone decides.
        var longest = new string('x', 256);
        await ReplaceHashAsync(registry, Registry.DeviceA, longest);

        Assert.True(Verify(registry, Registry.DeviceA, longest));
        Assert.False(Verify(registry, Registry.DeviceA, longest + "x"));
    }

    [Fact]
    public async Task Unknown_and_retired_devices_are_refused()
    {
        await using var registry = await Registry.OpenAsync();
        var secret = (await registry.AddAsync(Registry.Water(Registry.DeviceA))).Secret;
        Assert.False(Verify(registry, Registry.DeviceB, secret));
        Assert.False(Verify(registry, Registry.DeviceB, ""));

        await registry.Devices.RetireAsync(Registry.DeviceA, Registry.Actor, CancellationToken.None);

        Assert.False(Verify(registry, Registry.DeviceA, secret));
    }

    [Fact]
    public async Task A_planned_device_may_log_in()
    {
        await using var registry = await Registry.OpenAsync();
        var planned = await registry.AddAsync(Registry.Water(Registry.DeviceA) with { Lifecycle = Lifecycle.Planned });

        Assert.True(Verify(registry, Registry.DeviceA, planned.Secret));
    }

    [Fact]
    public async Task An_old_secret_stays_good_until_it_is_revoked()
    {
        await using var registry = await Registry.OpenAsync();
        var first = await registry.AddAsync(Registry.Water(Registry.DeviceA));
        var second = await registry.Devices.IssueCredentialAsync(Registry.DeviceA, Registry.Actor, CancellationToken.None);
        Assert.True(Verify(registry, Registry.DeviceA, first.Secret));
        Assert.True(Verify(registry, Registry.DeviceA, second.Secret));

        await registry.Devices.RevokeCredentialAsync(Registry.DeviceA, first.Credential, Registry.Actor, CancellationToken.None);
        Assert.False(Verify(registry, Registry.DeviceA, first.Secret));
        Assert.True(Verify(registry, Registry.DeviceA, second.Secret));

        await registry.Devices.RevokeCredentialAsync(Registry.DeviceA, second.Credential, Registry.Actor, CancellationToken.None);
        Assert.False(Verify(registry, Registry.DeviceA, second.Secret));
        await Assert.ThrowsAsync<DeviceConflictException>(
            () => registry.Devices.RevokeCredentialAsync(Registry.DeviceA, second.Credential, Registry.Actor, CancellationToken.None));
    }

    [Fact]
    public async Task The_files_hold_the_keyed_hash_and_never_the_secret()
    {
        await using var registry = await Registry.OpenAsync();
        var secret = (await registry.AddAsync(Registry.Water(Registry.DeviceA))).Secret;

        var key = await File.ReadAllBytesAsync(Path.Combine(registry.Folder, "server.key"));
        var message = new byte[8 + secret.Length];
        BinaryPrimitives.WriteUInt64BigEndian(message, Registry.DeviceA);
        Encoding.ASCII.GetBytes(secret, message.AsSpan(8));
        await using var connection = await ConnectAsync(registry);
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT hash FROM credential";
        Assert.Equal(HMACSHA256.HashData(key, message), (byte[])(await command.ExecuteScalarAsync())!);

        foreach (var file in Directory.GetFiles(registry.Folder))
        {
            var bytes = await File.ReadAllBytesAsync(file);
            Assert.Equal(-1, bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(secret)));
        }
    }

    [Fact]
    public async Task A_secret_does_not_slip_into_text_made_of_its_holder()
    {
        await using var registry = await Registry.OpenAsync();
        var provisioned = await registry.AddAsync(Registry.Water(Registry.DeviceA));

        Assert.DoesNotContain(provisioned.Secret, provisioned.ToString(), StringComparison.Ordinal);
        Assert.Contains("70b3d57ed0001001", provisioned.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_allocates_nothing()
    {
        await using var registry = await Registry.OpenAsync();
        var secret = Encoding.ASCII.GetBytes((await registry.AddAsync(Registry.Water(Registry.DeviceA))).Secret);
        Run(1_000);
        Assert.Equal(0, Allocated.By(() => Run(10_000)));
        Assert.NotNull(registry.Verifier.LogIn("70b3d57ed0001001"u8, secret));

        void Run(int times)
        {
            var good = 0;
            for (var round = 0; round < times; round++)
            {
                if (registry.Verifier.LogIn("70b3d57ed0001001"u8, secret.AsSpan(1)) is not null) good++;
                if (registry.Verifier.LogIn("70b3d57ed0001002"u8, secret) is not null) good++;
            }

            if (good != 0) throw new InvalidOperationException("the check is wrong");
        }
    }

    private static bool Verify(Registry registry, ulong device, string secret) =>
        registry.LetsIn(device, secret);

    private static async Task ReplaceHashAsync(Registry registry, ulong device, string secret)
    {
        var key = await File.ReadAllBytesAsync(Path.Combine(registry.Folder, "server.key"));
        var message = new byte[8 + secret.Length];
        BinaryPrimitives.WriteUInt64BigEndian(message, device);
        Encoding.ASCII.GetBytes(secret, message.AsSpan(8));
        await using (var connection = await ConnectAsync(registry))
        {
            using var command = connection.CreateCommand();
            command.CommandText = "UPDATE credential SET hash = $hash";
            command.Parameters.AddWithValue("$hash", HMACSHA256.HashData(key, message));
            await command.ExecuteNonQueryAsync();
        }

        await registry.Devices.SetReportingIntervalAsync(device, 77, Registry.Actor, CancellationToken.None);
    }

    private static async Task<SqliteConnection> ConnectAsync(Registry registry)
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(registry.Folder, "devices.db")};Pooling=False");
        await connection.OpenAsync();
        return connection;
    }
}

using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.DependencyInjection;
using SmartCityIoT.Devices.Database;
using SmartCityIoT.Devices.Database.CompiledModel;
using SmartCityIoT.Devices.Provisioning;

namespace SmartCityIoT.Devices.Tests.Database;

public class SchemaTests
{
    [Fact]
    public async Task The_migrations_make_the_schema_that_the_model_describes()
    {
        await using var registry = await Registry.OpenAsync();
        await using var context = registry.Services.GetRequiredService<ContextFactory>().Create();

        Assert.False(context.Database.HasPendingModelChanges(), "run: dotnet ef migrations add NAME --project src/SmartCityIoT.Devices");
    }

    [Fact]
    public async Task The_migrations_that_are_written_down_are_those_that_there_are()
    {
        await using var registry = await Registry.OpenAsync();
        await using var context = registry.Services.GetRequiredService<ContextFactory>().Create();

        Assert.Equal(context.Database.GetMigrations(), DeviceDatabase.KnownMigrations);
    }

    // Whatever loads it costs every process 11 MB.
    [Fact]
    public async Task A_file_that_is_up_to_date_is_opened_and_read_without_entity_framework()
    {
        await using var registry = await Registry.OpenAsync();
        await registry.AddAsync(Registry.Water(Registry.DeviceA, "S-1"));
        await using var another = await registry.OpenAnotherAsync();

        Assert.False(another.Services.GetRequiredService<ContextFactory>().IsUsed);
        Assert.True(registry.Services.GetRequiredService<ContextFactory>().IsUsed);
    }

    [Fact]
    public async Task The_compiled_model_is_that_of_the_code()
    {
        await using var registry = await Registry.OpenAsync();
        await using var context = registry.Services.GetRequiredService<ContextFactory>().Create();
        var written = context.GetService<IDesignTimeModel>().Model;

        Assert.Same(DevicesContextModel.Instance, context.Model);
        // The hint is in DesignTimeContextFactory: dotnet ef dbcontext optimize.
        Assert.Equal(Describe(written), Describe(context.Model));
    }

    [Fact]
    public async Task The_file_is_in_wal_mode_and_its_foreign_keys_hold()
    {
        await using var registry = await Registry.OpenAsync();
        await registry.AddAsync(Registry.Water(Registry.DeviceA, "S-1"));
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(registry.Folder, "devices.db")};Pooling=False;Foreign Keys=True");
        await connection.OpenAsync();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode";
        Assert.Equal("wal", await command.ExecuteScalarAsync());
        command.CommandText = "DELETE FROM site";
        await Assert.ThrowsAsync<SqliteException>(() => command.ExecuteNonQueryAsync());
        command.CommandText = "PRAGMA foreign_key_check";
        Assert.Null(await command.ExecuteScalarAsync());
    }

    [Fact]
    public async Task A_file_of_a_newer_program_is_left_alone_with_a_clear_line()
    {
        await using var registry = await Registry.OpenAsync();
        await using (var connection = new SqliteConnection($"Data Source={Path.Combine(registry.Folder, "devices.db")};Pooling=False"))
        {
            await connection.OpenAsync();
            using var command = connection.CreateCommand();
            command.CommandText = """INSERT INTO "__EFMigrationsHistory" VALUES ('99991231000000_FromTheFuture', '99.0.0')""";
            await command.ExecuteNonQueryAsync();
        }

        var problem = await Assert.ThrowsAsync<DevicesUnavailableException>(registry.OpenAnotherAsync);
        Assert.Contains("was written by a newer version", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_named()
    {
        var folder = Directory.CreateTempSubdirectory("smartcity-devices-").FullName;
        var path = Path.Combine(folder, "devices.db");
        await File.WriteAllTextAsync(path, new string('x', 8192));

        var problem = await Assert.ThrowsAsync<DevicesUnavailableException>(() => Registry.OpenInAsync(folder));
        Assert.Contains(path, problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem.Message);
    }

    [Fact]
    public async Task A_data_directory_that_cannot_be_made_is_named()
    {
        var inTheWay = Path.GetTempFileName();
        var problem = await Assert.ThrowsAnyAsync<Exception>(() => Registry.OpenInAsync(Path.Combine(inTheWay, "data")));
        File.Delete(inTheWay);

        Assert.IsType<DevicesUnavailableException>(problem);
        Assert.Contains(inTheWay, problem.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Describe(IModel model) =>
        from entity in model.GetEntityTypes()
        from property in entity.GetProperties()
        orderby entity.Name, property.Name
        select $"{entity.GetTableName()}.{property.GetColumnName()} {property.GetColumnType()} null={property.IsNullable} "
            + $"key={property.IsPrimaryKey()} foreign={property.IsForeignKey()} index={property.IsIndex()}";
}

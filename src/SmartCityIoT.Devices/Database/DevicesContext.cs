using Microsoft.EntityFrameworkCore;
using SmartCityIoT.Devices.Database.Rows;

namespace SmartCityIoT.Devices.Database;

/// <summary>The tables of <c>devices.db</c>. Times are Unix ms; tables and columns are snake case, for those who read them with SQL.</summary>
internal sealed class DevicesContext(DbContextOptions<DevicesContext> options) : DbContext(options)
{
    public DbSet<AreaRow> Areas => Set<AreaRow>();

    public DbSet<SiteRow> Sites => Set<SiteRow>();

    public DbSet<ModelRow> Models => Set<ModelRow>();

    public DbSet<DeviceRow> Devices => Set<DeviceRow>();

    public DbSet<PlacementRow> Placements => Set<PlacementRow>();

    public DbSet<CredentialRow> Credentials => Set<CredentialRow>();

    public DbSet<GatewayRow> Gateways => Set<GatewayRow>();

    public DbSet<GatewayDeviceRow> GatewayDevices => Set<GatewayDeviceRow>();

    public DbSet<GatewayCredentialRow> GatewayCredentials => Set<GatewayCredentialRow>();

    public DbSet<CommandRow> Commands => Set<CommandRow>();

    public DbSet<AuditRow> Audit => Set<AuditRow>();

    public DbSet<SeenRow> Seen => Set<SeenRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        // Parent and successor of an area are no foreign keys: an import checks them as a whole, in whatever order its areas stand.
        modelBuilder.Entity<AreaRow>(area =>
        {
            area.ToTable("area");
            area.HasKey(row => row.Code);
        });
        modelBuilder.Entity<SiteRow>(site =>
        {
            site.ToTable("site");
            site.HasKey(row => row.Code);
            site.HasOne<AreaRow>().WithMany().HasForeignKey(row => row.Area).OnDelete(DeleteBehavior.Restrict);
        });
        modelBuilder.Entity<ModelRow>(model =>
        {
            model.ToTable("model");
            model.HasKey(row => row.Code);
        });
        modelBuilder.Entity<DeviceRow>(device =>
        {
            device.ToTable("device");
            device.HasKey(row => row.Id);
            device.Property(row => row.Lifecycle).HasConversion<LifecycleConverter>();
            device.HasOne<ModelRow>().WithMany().HasForeignKey(row => row.Model).OnDelete(DeleteBehavior.Restrict);
        });
        modelBuilder.Entity<PlacementRow>(placement =>
        {
            placement.ToTable("placement");
            placement.HasKey(row => row.Number);
            placement.HasOne<DeviceRow>().WithMany().HasForeignKey(row => row.Device).OnDelete(DeleteBehavior.Restrict);
            placement.HasOne<SiteRow>().WithMany().HasForeignKey(row => row.Site).OnDelete(DeleteBehavior.Restrict);
            placement.HasIndex(row => new { row.Device, row.StartsAt }).IsUnique();
            placement.HasIndex(row => row.Device, "ix_placement_current").IsUnique().HasFilter("ends_at IS NULL");
        });
        modelBuilder.Entity<CredentialRow>(credential =>
        {
            credential.ToTable("credential");
            credential.HasKey(row => row.Number);
            credential.HasOne<DeviceRow>().WithMany().HasForeignKey(row => row.Device).OnDelete(DeleteBehavior.Restrict);
        });
        modelBuilder.Entity<GatewayRow>(gateway =>
        {
            gateway.ToTable("gateway");
            gateway.HasKey(row => row.Name);
        });
        modelBuilder.Entity<GatewayDeviceRow>(listed =>
        {
            listed.ToTable("gateway_device");
            listed.HasKey(row => new { row.Gateway, row.Device });
            listed.HasOne<GatewayRow>().WithMany().HasForeignKey(row => row.Gateway).OnDelete(DeleteBehavior.Restrict);
            listed.HasOne<DeviceRow>().WithMany().HasForeignKey(row => row.Device).OnDelete(DeleteBehavior.Restrict);
        });
        modelBuilder.Entity<GatewayCredentialRow>(credential =>
        {
            credential.ToTable("gateway_credential");
            credential.HasKey(row => row.Number);
            credential.HasOne<GatewayRow>().WithMany().HasForeignKey(row => row.Gateway).OnDelete(DeleteBehavior.Restrict);
        });
        modelBuilder.Entity<CommandRow>(command =>
        {
            command.ToTable("command");
            command.HasKey(row => row.Number);
            command.Property(row => row.State).HasConversion<CommandStateConverter>();
            command.HasOne<DeviceRow>().WithMany().HasForeignKey(row => row.Device).OnDelete(DeleteBehavior.Restrict);
            command.HasIndex(row => new { row.Device, row.CommandId }).IsUnique();
            command.HasIndex(row => new { row.Device, row.Number }, "ix_command_open").HasFilter("state IN ('waiting', 'sent')");
        });
        modelBuilder.Entity<AuditRow>(audit =>
        {
            audit.ToTable("audit");
            audit.HasKey(row => row.Number);
            audit.HasIndex(row => row.Subject);
        });
        modelBuilder.Entity<SeenRow>(seen =>
        {
            seen.ToTable("seen");
            seen.HasKey(row => row.Id);
            seen.Property(row => row.Via).HasConversion<SeenViaConverter>();
        });
        SnakeCase.Apply(modelBuilder.Model);
    }
}

<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="es_ES">
<context>
    <name>AlertSentence</name>
    <message>
        <source>disk %3 of %1 is %2 full</source>
        <translation>el disco %3 de %1 está lleno al %2</translation>
    </message>
    <message>
        <source>disk %3 of %1 has %2 of its inodes in use</source>
        <translation>el disco %3 de %1 tiene en uso el %2 de sus inodos</translation>
    </message>
    <message>
        <source>disk %3 of %1 is %2 busy</source>
        <translation>el disco %3 de %1 está ocupado al %2</translation>
    </message>
    <message>
        <source>memory of %1 is %2 used</source>
        <translation>la memoria de %1 está usada al %2</translation>
    </message>
    <message>
        <source>the processors of %1 are %2 busy</source>
        <translation>los procesadores de %1 están ocupados al %2</translation>
    </message>
    <message>
        <source>the load of %1 is %2</source>
        <translation>la carga de %1 es %2</translation>
    </message>
    <message>
        <source>the clock of %1 is %2 off</source>
        <translation>el reloj de %1 se desvía %2</translation>
    </message>
    <message>
        <source>failed units on %1: %2</source>
        <translation>unidades fallidas en %1: %2</translation>
    </message>
    <message>
        <source>the check of %1%3 takes %2</source>
        <translation>la comprobación de %1%3 tarda %2</translation>
    </message>
    <message>
        <source>the certificate of %1%3 ends in %2</source>
        <translation>el certificado de %1%3 caduca en %2</translation>
    </message>
    <message>
        <source>%1%2 of %3 is %4</source>
        <translation>%1%2 de %3 es %4</translation>
    </message>
    <message>
        <source>%1, over %2</source>
        <translation>%1, más de %2</translation>
    </message>
    <message>
        <source>%1, under %2</source>
        <translation>%1, menos de %2</translation>
    </message>
    <message>
        <source>%1, more than %2</source>
        <translation>%1, más de %2</translation>
    </message>
    <message>
        <source>the check of %1 passes again</source>
        <translation>la comprobación de %1 vuelve a pasar</translation>
    </message>
    <message>
        <source>the check of %1 fails</source>
        <translation>la comprobación de %1 falla</translation>
    </message>
    <message>
        <source>%1 again</source>
        <translation>%1 de nuevo</translation>
    </message>
    <message>
        <source>disk %1 of %2</source>
        <translation>el disco %1 de %2</translation>
    </message>
    <message>
        <source>%1%2 of %3</source>
        <translation>%1%2 de %3</translation>
    </message>
    <message>
        <source>%1 does not fall so fast any more</source>
        <translation>%1 ya no baja tan rápido</translation>
    </message>
    <message>
        <source>%1 does not rise so fast any more</source>
        <translation>%1 ya no sube tan rápido</translation>
    </message>
    <message>
        <source>%1 rose by %2 within %3</source>
        <translation>%1 subió %2 en %3</translation>
    </message>
    <message>
        <source>%1 fell by %2 within %3</source>
        <translation>%1 bajó %2 en %3</translation>
    </message>
    <message>
        <source>%1 changed by %2 within %3</source>
        <translation>%1 cambió %2 en %3</translation>
    </message>
    <message>
        <source>%1 does not fill up so fast any more</source>
        <translation>%1 ya no se llena tan rápido</translation>
    </message>
    <message>
        <source>%1 is full</source>
        <translation>%1 está lleno</translation>
    </message>
    <message>
        <source>%1 will be full in %2</source>
        <translation>%1 estará lleno en %2</translation>
    </message>
    <message>
        <source>%1 is %2</source>
        <translation>%1 es %2</translation>
    </message>
    <message>
        <source>%1 will be %2 in %3</source>
        <translation>%1 será %2 en %3</translation>
    </message>
    <message>
        <source>%1 is heard of again</source>
        <translation>se vuelve a saber de %1</translation>
    </message>
    <message>
        <source>nothing was heard of %1 for %2</source>
        <translation>no se sabe nada de %1 desde hace %2</translation>
    </message>
    <message>
        <source>%1 of the requests of %2 fail, no more than %3</source>
        <translation>falla el %1 de las peticiones de %2, no más del %3</translation>
    </message>
    <message>
        <source>%1 of the requests of %2 fail, over %3</source>
        <translation>falla el %1 de las peticiones de %2, más del %3</translation>
    </message>
    <message>
        <source>%1 keeps to its error budget again</source>
        <translation>%1 vuelve a respetar su presupuesto de errores</translation>
    </message>
    <message>
        <source>%1 burns its error budget %2 as fast as it may (%3 % objective)</source>
        <translation>%1 gasta su presupuesto de errores %2 más rápido de lo que puede (objetivo del %3 %)</translation>
    </message>
    <message>
        <source>%1 was rolled back to %2</source>
        <translation>la reversión de %1 a %2</translation>
    </message>
    <message>
        <source>%1 went live</source>
        <translation>la activación de %1</translation>
    </message>
    <message>
        <source>%1 was taken back from %2</source>
        <translation>la retirada de %1 de %2</translation>
    </message>
    <message>
        <source>image %1 was baked</source>
        <translation>la creación de la imagen %1</translation>
    </message>
    <message>
        <source>a command was started on a server of %1</source>
        <translation>el inicio de una orden en un servidor de %1</translation>
    </message>
    <message>
        <source>a command was started on %2 servers of %1</source>
        <translation>el inicio de una orden en %2 servidores de %1</translation>
    </message>
    <message>
        <source>a command ran on a server of %1</source>
        <translation>una orden en un servidor de %1</translation>
    </message>
    <message>
        <source>a command ran on %2 servers of %1</source>
        <translation>una orden en %2 servidores de %1</translation>
    </message>
    <message>
        <source>runbook %3 was started on a server of %1</source>
        <translation>el inicio del runbook %3 en un servidor de %1</translation>
    </message>
    <message>
        <source>runbook %3 was started on %2 servers of %1</source>
        <translation>el inicio del runbook %3 en %2 servidores de %1</translation>
    </message>
    <message>
        <source>runbook %3 ran on a server of %1</source>
        <translation>el runbook %3 en un servidor de %1</translation>
    </message>
    <message>
        <source>runbook %3 ran on %2 servers of %1</source>
        <translation>el runbook %3 en %2 servidores de %1</translation>
    </message>
    <message>
        <source>the configuration of %1 changed (%2)</source>
        <translation>el cambio de configuración de %1 (%2)</translation>
    </message>
    <message>
        <source>the configuration of %1 changed</source>
        <translation>el cambio de configuración de %1</translation>
    </message>
    <message>
        <source>the workspace file changed (%2)</source>
        <translation>el cambio del archivo del espacio de trabajo (%2)</translation>
    </message>
    <message>
        <source>the workspace file changed</source>
        <translation>el cambio del archivo del espacio de trabajo</translation>
    </message>
    <message>
        <source>servers of %1 were started again</source>
        <translation>el reinicio de servidores de %1</translation>
    </message>
    <message>
        <source>everything was taken down</source>
        <translation>el desmontaje de todo</translation>
    </message>
    <message>
        <source>never</source>
        <translation>nunca</translation>
    </message>
    <message>
        <source>%1 days</source>
        <translation>%1 días</translation>
    </message>
    <message>
        <source>%1 times</source>
        <translation>%1 veces</translation>
    </message>
    <message>
        <source>just after %1</source>
        <translation>justo tras %1</translation>
    </message>
    <message>
        <source>%1 after %2</source>
        <translation>%1 tras %2</translation>
    </message>
</context>
<context>
    <name>AlertWords</name>
    <message>
        <source>long</source>
        <translation>mucho tiempo</translation>
    </message>
    <message>
        <source>critical</source>
        <translation>crítico</translation>
    </message>
    <message>
        <source>warning</source>
        <translation>aviso</translation>
    </message>
    <message>
        <source>info</source>
        <translation>info</translation>
    </message>
    <message>
        <source>silent for %1</source>
        <translation>%1 sin datos</translation>
    </message>
    <message>
        <source>in %1</source>
        <translation>en %1</translation>
    </message>
    <message>
        <source>%1 times</source>
        <comment>the error budget burns so much too fast</comment>
        <translation>%1 veces</translation>
    </message>
    <message>
        <source>the alert began</source>
        <translation>empezó la alerta</translation>
    </message>
    <message>
        <source>Under way: %1</source>
        <translation>En curso: %1</translation>
    </message>
    <message>
        <source>Nothing is live in %1.</source>
        <translation>No hay nada activo en %1.</translation>
    </message>
    <message>
        <source>%1 serves %2 by now, not %3.</source>
        <translation>%1 ya sirve %2, no %3.</translation>
    </message>
    <message>
        <source>There is nothing to go back to.</source>
        <translation>No hay nada a lo que volver.</translation>
    </message>
    <message>
        <source>from its image</source>
        <translation>desde su imagen</translation>
    </message>
    <message>
        <source>bakes its image again</source>
        <translation>vuelve a crear su imagen</translation>
    </message>
    <message>
        <source>warm, about %1</source>
        <translation>en reserva, unos %1</translation>
    </message>
    <message>
        <source>warm</source>
        <translation>en reserva</translation>
    </message>
    <message>
        <source>fails</source>
        <comment>a check</comment>
        <translation>falla</translation>
    </message>
    <message>
        <source>Still: %1</source>
        <translation>Sigue: %1</translation>
    </message>
    <message>
        <source>Nobody took it: %1</source>
        <translation>Nadie la ha asumido: %1</translation>
    </message>
    <message>
        <source>Over: %1</source>
        <translation>Terminada: %1</translation>
    </message>
    <message>
        <source>Was, while nobody looked: %1</source>
        <translation>Ocurrió mientras nadie miraba: %1</translation>
    </message>
    <message>
        <source>%1, and %2 more</source>
        <translation>%1, y %2 más</translation>
    </message>
    <message>
        <source>This change cannot be rolled back.</source>
        <translation>Este cambio no se puede revertir.</translation>
    </message>
</context>
<context>
    <name>Deploy</name>
    <message>
        <source>No other release has been live in %1 yet.</source>
        <translation>Ninguna otra versión ha estado activa todavía en %1.</translation>
    </message>
    <message>
        <source>Nothing is live in %1.</source>
        <translation>No hay nada activo en %1.</translation>
    </message>
</context>
<context>
    <name>Fleet</name>
    <message>
        <source>waiting</source>
        <translation>en espera</translation>
    </message>
    <message>
        <source>running</source>
        <translation>en curso</translation>
    </message>
    <message>
        <source>ok</source>
        <translation>correcto</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fallido</translation>
    </message>
    <message>
        <source>timed out</source>
        <translation>agotado</translation>
    </message>
    <message>
        <source>unreachable</source>
        <translation>inaccesible</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>desconocido</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>cancelado</translation>
    </message>
    <message>
        <source>exit code %1</source>
        <translation>código de salida %1</translation>
    </message>
    <message>
        <source>output cut off: %1 of %2 are kept</source>
        <translation>salida recortada: se guardan %1 de %2</translation>
    </message>
    <message numerus="yes">
        <source>%n servers</source>
        <translation>
            <numerusform>%n servidor</numerusform>
            <numerusform>%n servidores</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n servers said nothing</source>
        <translation>
            <numerusform>%n servidor no dijo nada</numerusform>
            <numerusform>%n servidores no dijeron nada</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n servers did not say</source>
        <translation>
            <numerusform>%n servidor no llegó a decir nada</numerusform>
            <numerusform>%n servidores no llegaron a decir nada</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 alone said this</source>
        <translation>Solo %1 dijo esto</translation>
    </message>
    <message numerus="yes">
        <source>%n servers said the same</source>
        <translation>
            <numerusform>%n servidor dijo esto</numerusform>
            <numerusform>%n servidores dijeron lo mismo</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Lifecycle</name>
    <message>
        <source>%1 warm</source>
        <translation>%1 en reserva</translation>
    </message>
    <message>
        <source>nothing waiting</source>
        <translation>nada pendiente</translation>
    </message>
    <message>
        <source>next %1</source>
        <translation>siguiente %1</translation>
    </message>
    <message>
        <source>no commit yet</source>
        <translation>aún sin commits</translation>
    </message>
    <message numerus="yes">
        <source>%n new</source>
        <translation>
            <numerusform>%n nuevo</numerusform>
            <numerusform>%n nuevos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n in review</source>
        <translation>
            <numerusform>%n en revisión</numerusform>
            <numerusform>%n en revisión</numerusform>
        </translation>
    </message>
    <message>
        <source>in review</source>
        <translation>en revisión</translation>
    </message>
    <message>
        <source>changes asked</source>
        <translation>cambios pedidos</translation>
    </message>
    <message>
        <source>approved</source>
        <translation>aprobado</translation>
    </message>
    <message>
        <source>all built</source>
        <translation>todo compilado</translation>
    </message>
    <message>
        <source>no run yet</source>
        <translation>aún sin ejecuciones</translation>
    </message>
    <message numerus="yes">
        <source>%n running</source>
        <translation>
            <numerusform>%n en curso</numerusform>
            <numerusform>%n en curso</numerusform>
        </translation>
    </message>
    <message>
        <source>#%1 in %2</source>
        <translation>n.º %1 en %2</translation>
    </message>
    <message>
        <source>no result yet</source>
        <translation>aún sin resultados</translation>
    </message>
    <message>
        <source>no release yet</source>
        <translation>aún sin versiones</translation>
    </message>
    <message>
        <source>%1 to approve</source>
        <translation>%1 por aprobar</translation>
    </message>
    <message>
        <source>%1 ready</source>
        <translation>%1 lista</translation>
    </message>
    <message>
        <source>nothing deployed</source>
        <translation>nada desplegado</translation>
    </message>
    <message>
        <source>no server</source>
        <translation>sin servidores</translation>
    </message>
    <message>
        <source>%1 healthy</source>
        <translation>%1 sanos</translation>
    </message>
    <message>
        <source>no traffic</source>
        <translation>sin tráfico</translation>
    </message>
    <message>
        <source>%1/s, %2 errors</source>
        <translation>%1/s, %2 errores</translation>
    </message>
    <message numerus="yes">
        <source>%n alert(s)</source>
        <translation>
            <numerusform>%n alerta</numerusform>
            <numerusform>%n alertas</numerusform>
        </translation>
    </message>
    <message>
        <source>critical</source>
        <translation>crítica</translation>
    </message>
    <message>
        <source>warning</source>
        <translation>aviso</translation>
    </message>
    <message>
        <source>info</source>
        <translation>información</translation>
    </message>
    <message numerus="yes">
        <source>%n alert(s) fire</source>
        <translation>
            <numerusform>%n alerta activa</numerusform>
            <numerusform>%n alertas activas</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Panels</name>
    <message>
        <source>Home</source>
        <translation>Inicio</translation>
    </message>
    <message>
        <source>Pipelines</source>
        <translation>Pipelines</translation>
    </message>
    <message>
        <source>Releases</source>
        <translation>Versiones</translation>
    </message>
    <message>
        <source>Environments</source>
        <translation>Entornos</translation>
    </message>
    <message>
        <source>Servers</source>
        <translation>Servidores</translation>
    </message>
    <message>
        <source>Snapshots</source>
        <translation>Instantáneas</translation>
    </message>
    <message>
        <source>Repositories</source>
        <translation>Repositorios</translation>
    </message>
    <message>
        <source>Monitoring</source>
        <translation>Supervisión</translation>
    </message>
    <message>
        <source>Alerts</source>
        <translation>Alertas</translation>
    </message>
</context>
<context>
    <name>ReportPdf</name>
    <message>
        <source>%1 of %2</source>
        <comment>pages</comment>
        <translation>%1 de %2</translation>
    </message>
</context>
<context>
    <name>ReportWords</name>
    <message>
        <source>The newest %1 of %2; %3.</source>
        <translation>Los %1 más recientes de %2; %3.</translation>
    </message>
    <message>
        <source>The five figures</source>
        <translation>Las cinco cifras</translation>
    </message>
    <message>
        <source>Compared with %1 to %2. A deployment counts when it went live. It failed when it was taken back; the first one after a failed one is rework. Lead time and time to restore are medians.</source>
        <translation>En comparación con el periodo del %1 al %2. Un despliegue cuenta cuando se activó. Falló cuando se revirtió; el primero después de uno fallido es retrabajo. El plazo y el tiempo de recuperación son medianas.</translation>
    </message>
    <message>
        <source>Day by day</source>
        <translation>Día a día</translation>
    </message>
    <message>
        <source>Week by week</source>
        <translation>Semana a semana</translation>
    </message>
    <message>
        <source>Deployments</source>
        <translation>Despliegues</translation>
    </message>
    <message>
        <source>at most %1, failed ones in red</source>
        <translation>como máximo %1, los fallidos en rojo</translation>
    </message>
    <message>
        <source>A week</source>
        <translation>Por semana</translation>
    </message>
    <message>
        <source>Lead time</source>
        <translation>Plazo</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fallidos</translation>
    </message>
    <message>
        <source>Restored in</source>
        <translation>Reparado en</translation>
    </message>
    <message>
        <source>Rework</source>
        <translation>Retrabajo</translation>
    </message>
    <message>
        <source>Availability</source>
        <translation>Disponibilidad</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>Comprobación</translation>
    </message>
    <message>
        <source>Environment</source>
        <translation>Entorno</translation>
    </message>
    <message>
        <source>Available</source>
        <translation>Disponible</translation>
    </message>
    <message>
        <source>Down for</source>
        <translation>Caído</translation>
    </message>
    <message>
        <source>Outages</source>
        <translation>Caídas</translation>
    </message>
    <message>
        <source>Longest</source>
        <translation>La más larga</translation>
    </message>
    <message>
        <source>Checked for</source>
        <translation>Comprobado</translation>
    </message>
    <message>
        <source>Of the time that was checked; silence counts for nothing.</source>
        <translation>Del tiempo que se comprobó; el silencio no cuenta.</translation>
    </message>
    <message>
        <source>Longest outages</source>
        <translation>Caídas más largas</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Desde</translation>
    </message>
    <message>
        <source>To</source>
        <translation>Hasta</translation>
    </message>
    <message>
        <source>goes on</source>
        <translation>continúa</translation>
    </message>
    <message>
        <source>Changes that failed</source>
        <translation>Cambios que fallaron</translation>
    </message>
    <message>
        <source>Release</source>
        <translation>Versión</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>Activada</translation>
    </message>
    <message>
        <source>What became of it</source>
        <translation>Qué fue de ella</translation>
    </message>
    <message>
        <source>users still have it</source>
        <translation>los usuarios aún la tienen</translation>
    </message>
    <message>
        <source>taken back by itself</source>
        <translation>se revirtió sola</translation>
    </message>
    <message>
        <source>rolled back</source>
        <translation>revertida</translation>
    </message>
    <message>
        <source>critical</source>
        <translation>crítico</translation>
    </message>
    <message>
        <source>warning</source>
        <translation>aviso</translation>
    </message>
    <message>
        <source>info</source>
        <translation>info</translation>
    </message>
    <message>
        <source>Incidents</source>
        <translation>Incidentes</translation>
    </message>
    <message>
        <source>Incident</source>
        <translation>Incidente</translation>
    </message>
    <message>
        <source>Severity</source>
        <translation>Gravedad</translation>
    </message>
    <message>
        <source>Began</source>
        <translation>Empezó</translation>
    </message>
    <message>
        <source>Lasted</source>
        <translation>Duró</translation>
    </message>
    <message>
        <source>Changes that took longest to reach users</source>
        <translation>Cambios que más tardaron en llegar a los usuarios</translation>
    </message>
    <message>
        <source>Commit</source>
        <translation>Commit</translation>
    </message>
    <message>
        <source>Subject</source>
        <translation>Asunto</translation>
    </message>
    <message>
        <source>Reached</source>
        <translation>Llegó a</translation>
    </message>
    <message>
        <source>Took</source>
        <translation>Tardó</translation>
    </message>
    <message>
        <source>Releases</source>
        <translation>Versiones</translation>
    </message>
    <message>
        <source>all are in Releases</source>
        <translation>todas están en Versiones</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>Versión</translation>
    </message>
    <message>
        <source>Repository</source>
        <translation>Repositorio</translation>
    </message>
    <message>
        <source>Made</source>
        <translation>Creada</translation>
    </message>
    <message>
        <source>roll back failed</source>
        <translation>la reversión falló</translation>
    </message>
    <message>
        <source>taken back</source>
        <translation>revertida</translation>
    </message>
    <message>
        <source>never live</source>
        <translation>nunca activa</translation>
    </message>
    <message>
        <source>live, rework</source>
        <translation>activa, retrabajo</translation>
    </message>
    <message>
        <source>live</source>
        <translation>activa</translation>
    </message>
    <message>
        <source>Deployments and roll backs</source>
        <translation>Despliegues y reversiones</translation>
    </message>
    <message>
        <source>Nothing was deployed in this time.</source>
        <translation>No se desplegó nada en este tiempo.</translation>
    </message>
    <message>
        <source>all are in the export as CSV</source>
        <translation>todos están en la exportación CSV</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Cuándo</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Qué</translation>
    </message>
    <message>
        <source>Commits</source>
        <translation>Commits</translation>
    </message>
    <message>
        <source>all environments</source>
        <translation>todos los entornos</translation>
    </message>
    <message>
        <source>all repositories</source>
        <translation>todos los repositorios</translation>
    </message>
    <message>
        <source>en</source>
        <comment>the code of the language of these texts</comment>
        <translation>es</translation>
    </message>
    <message>
        <source>Delivery report: %1</source>
        <translation>Informe de entrega: %1</translation>
    </message>
    <message>
        <source>%1 to %2, %3</source>
        <translation>Del %1 al %2, %3</translation>
    </message>
    <message>
        <source>%1 day</source>
        <translation>%1 día</translation>
    </message>
    <message>
        <source>%1 days</source>
        <translation>%1 días</translation>
    </message>
    <message>
        <source>made %1; times are UTC</source>
        <translation>creado el %1; las horas son UTC</translation>
    </message>
    <message>
        <source>What could not be read</source>
        <translation>Lo que no se pudo leer</translation>
    </message>
    <message>
        <source>By environment</source>
        <translation>Por entorno</translation>
    </message>
    <message>
        <source>By repository</source>
        <translation>Por repositorio</translation>
    </message>
    <message>
        <source>Deployment frequency</source>
        <translation>Frecuencia de despliegue</translation>
    </message>
    <message>
        <source>Lead time from commit</source>
        <translation>Plazo desde el commit</translation>
    </message>
    <message>
        <source>Change failure rate</source>
        <translation>Tasa de cambios fallidos</translation>
    </message>
    <message>
        <source>Time to restore</source>
        <translation>Tiempo de recuperación</translation>
    </message>
    <message>
        <source>Rework rate</source>
        <translation>Tasa de retrabajo</translation>
    </message>
    <message>
        <source>%1 a week</source>
        <translation>%1 por semana</translation>
    </message>
    <message>
        <source>better, %1 before</source>
        <translation>mejor, antes %1</translation>
    </message>
    <message>
        <source>worse, %1 before</source>
        <translation>peor, antes %1</translation>
    </message>
    <message>
        <source>about the same, %1 before</source>
        <translation>casi igual, antes %1</translation>
    </message>
    <message>
        <source>nothing to compare</source>
        <translation>nada con que comparar</translation>
    </message>
    <message>
        <source>at most %1</source>
        <translation>como máximo %1</translation>
    </message>
    <message>
        <source>nothing to count</source>
        <translation>nada que contar</translation>
    </message>
    <message>
        <source>a week</source>
        <comment>how often</comment>
        <translation>por semana</translation>
    </message>
</context>
<context>
    <name>Servers</name>
    <message>
        <source>The host key of this server is not known, so nothing connects to it.</source>
        <translation>No se conoce la clave de host de este servidor, así que nada se conecta a él.</translation>
    </message>
    <message>
        <source>The server is %1. Commands need it running.</source>
        <translation>El servidor está así: %1. Para ejecutar comandos debe estar en marcha.</translation>
    </message>
    <message>
        <source>Nothing connects to it: %1.</source>
        <translation>Nada se conecta a él: %1.</translation>
    </message>
</context>
<context>
    <name>Transfers</name>
    <message numerus="yes">
        <source>%n files were there and stayed</source>
        <translation>
            <numerusform>%n archivo ya estaba y se quedó</numerusform>
            <numerusform>%n archivos ya estaban y se quedaron</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n entries were left out:</source>
        <translation>
            <numerusform>Se omitió %n entrada:</numerusform>
            <numerusform>Se omitieron %n entradas:</numerusform>
        </translation>
    </message>
    <message>
        <source> (%1 of %2)</source>
        <translation> (%1 de %2)</translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message>
        <source>idle</source>
        <translation>inactivo</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>en espera</translation>
    </message>
    <message>
        <source>running</source>
        <translation>en curso</translation>
    </message>
    <message>
        <source>ok</source>
        <translation>correcto</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fallido</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>desconocido</translation>
    </message>
    <message>
        <source>queued</source>
        <translation>en cola</translation>
    </message>
    <message>
        <source>suspended</source>
        <translation>suspendido</translation>
    </message>
    <message>
        <source>starting</source>
        <translation>arrancando</translation>
    </message>
    <message>
        <source>cancelling</source>
        <translation>cancelando</translation>
    </message>
    <message>
        <source>draining</source>
        <translation>vaciándose</translation>
    </message>
    <message>
        <source>passed</source>
        <translation>superado</translation>
    </message>
    <message>
        <source>healthy</source>
        <translation>sano</translation>
    </message>
    <message>
        <source>active</source>
        <translation>activo</translation>
    </message>
    <message>
        <source>up</source>
        <translation>en marcha</translation>
    </message>
    <message>
        <source>approved</source>
        <translation>aprobado</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>listo</translation>
    </message>
    <message>
        <source>error</source>
        <translation>error</translation>
    </message>
    <message>
        <source>unhealthy</source>
        <translation>no responde bien</translation>
    </message>
    <message>
        <source>degraded</source>
        <translation>degradado</translation>
    </message>
    <message>
        <source>down</source>
        <translation>caído</translation>
    </message>
    <message>
        <source>broken</source>
        <translation>roto</translation>
    </message>
    <message>
        <source>interrupted</source>
        <translation>interrumpido</translation>
    </message>
    <message>
        <source>warm</source>
        <translation>en reserva</translation>
    </message>
    <message>
        <source>gone</source>
        <translation>retirado</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>detenido</translation>
    </message>
    <message>
        <source>empty</source>
        <translation>vacío</translation>
    </message>
    <message>
        <source>skipped</source>
        <translation>omitido</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>cancelado</translation>
    </message>
    <message>
        <source>finished</source>
        <translation>terminado</translation>
    </message>
    <message>
        <source>none</source>
        <translation>ninguno</translation>
    </message>
    <message>
        <source>out of service</source>
        <translation>fuera de servicio</translation>
    </message>
    <message>
        <source>planned</source>
        <translation>previsto</translation>
    </message>
    <message>
        <source>new</source>
        <translation>nuevo</translation>
    </message>
    <message>
        <source>held</source>
        <translation>retenido</translation>
    </message>
    <message>
        <source>pending</source>
        <translation>pendiente</translation>
    </message>
    <message>
        <source>open</source>
        <translation>abierto</translation>
    </message>
    <message>
        <source>done</source>
        <translation>hecho</translation>
    </message>
    <message>
        <source>orphan</source>
        <translation>huérfano</translation>
    </message>
    <message>
        <source>Plan</source>
        <translation>Plan</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>Código</translation>
    </message>
    <message>
        <source>Build</source>
        <translation>Compilar</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>Probar</translation>
    </message>
    <message>
        <source>Release</source>
        <translation>Versión</translation>
    </message>
    <message>
        <source>Deploy</source>
        <translation>Desplegar</translation>
    </message>
    <message>
        <source>Operate</source>
        <translation>Operar</translation>
    </message>
    <message>
        <source>Monitor</source>
        <translation>Observar</translation>
    </message>
    <message>
        <source>just now</source>
        <translation>ahora mismo</translation>
    </message>
    <message>
        <source>%1 ago</source>
        <translation>hace %1</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation>%1 min</translation>
    </message>
    <message>
        <source>%1 h</source>
        <translation>%1 h</translation>
    </message>
    <message>
        <source>%1 d</source>
        <translation>%1 d</translation>
    </message>
    <message numerus="yes">
        <source>%n y</source>
        <translation>
            <numerusform>%n año</numerusform>
            <numerusform>%n años</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>analemma::app::Welcome</name>
    <message>
        <source>Analemma</source>
        <translation>Analemma</translation>
    </message>
    <message>
        <source>Take a commit to users, and be able to take it back</source>
        <translation>Lleva un commit a los usuarios y poder dar marcha atrás</translation>
    </message>
    <message>
        <source>A workspace is a folder with an analemma.yaml. The sample is a small web shop with two commits to deliver; it runs on this machine alone and is made in %1.</source>
        <translation>Un espacio de trabajo es una carpeta con un analemma.yaml. El ejemplo es una pequeña tienda web con dos commits por entregar; funciona solo en este equipo y se crea en %1.</translation>
    </message>
    <message>
        <source>Make the &amp;sample</source>
        <translation>Crear el &amp;ejemplo</translation>
    </message>
    <message>
        <source>&amp;Open a workspace…</source>
        <translation>&amp;Abrir un espacio de trabajo…</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Salir</translation>
    </message>
    <message>
        <source>Open a workspace</source>
        <translation>Abrir un espacio de trabajo</translation>
    </message>
</context>
<context>
    <name>analemma::app::WindowProgram</name>
    <message>
        <source>Analemma</source>
        <translation>Analemma</translation>
    </message>
    <message>
        <source>The workspace file is not used as it is now: %1</source>
        <translation>El archivo del espacio de trabajo no se usa tal como está ahora: %1</translation>
    </message>
    <message>
        <source>The workspace file changed. %1.</source>
        <translation>El archivo del espacio de trabajo ha cambiado. %1.</translation>
    </message>
</context>
<context>
    <name>analemma::ui</name>
    <message>
        <source>User %1, group %2</source>
        <translation>Usuario %1, grupo %2</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nombre</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Tamaño</translation>
    </message>
    <message>
        <source>Modified</source>
        <translation>Modificado</translation>
    </message>
    <message>
        <source>Permissions</source>
        <translation>Permisos</translation>
    </message>
    <message>
        <source>Owner</source>
        <translation>Propietario</translation>
    </message>
    <message>
        <source>%1 and %2 more</source>
        <translation>%1 y %2 más</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Estado</translation>
    </message>
    <message>
        <source>From → to</source>
        <translation>De → a</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Progreso</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>Velocidad</translation>
    </message>
    <message>
        <source>Left</source>
        <translation>Falta</translation>
    </message>
    <message>
        <source>Checked</source>
        <translation>Comprobado</translation>
    </message>
    <message>
        <source>Pause (Space)</source>
        <translation>Pausar (Espacio)</translation>
    </message>
    <message>
        <source>Go on (Space)</source>
        <translation>Continuar (Espacio)</translation>
    </message>
    <message>
        <source>Try again (Enter)</source>
        <translation>Reintentar (Intro)</translation>
    </message>
    <message>
        <source>Answer (Enter)</source>
        <translation>Responder (Intro)</translation>
    </message>
    <message>
        <source>asks</source>
        <translation>pregunta</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>en pausa</translation>
    </message>
    <message>
        <source>lost, again</source>
        <translation>perdida, otra vez</translation>
    </message>
    <message>
        <source>this machine</source>
        <translation>este equipo</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 de %2</translation>
    </message>
    <message>
        <source>%1/s</source>
        <translation>%1/s</translation>
    </message>
    <message>
        <source>SHA-256</source>
        <translation>SHA-256</translation>
    </message>
    <message>
        <source>Both sides have the same SHA-256.</source>
        <translation>Ambos lados tienen el mismo SHA-256.</translation>
    </message>
    <message>
        <source>Cancel (Delete)</source>
        <translation>Cancelar (Supr)</translation>
    </message>
    <message>
        <source>%1 ms</source>
        <translation>%1 ms</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>desconocido</translation>
    </message>
    <message>
        <source>%1 percent</source>
        <translation>%1 por ciento</translation>
    </message>
    <message>
        <source>%1 a second</source>
        <translation>%1 por segundo</translation>
    </message>
    <message>
        <source>bake</source>
        <translation>imagen</translation>
    </message>
    <message>
        <source>rollback</source>
        <translation>vuelta atrás</translation>
    </message>
    <message>
        <source>config change</source>
        <translation>cambio de configuración</translation>
    </message>
    <message>
        <source>incident</source>
        <translation>incidente</translation>
    </message>
    <message>
        <source>deploy</source>
        <translation>despliegue</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>sí</translation>
    </message>
    <message>
        <source>no</source>
        <translation>no</translation>
    </message>
</context>
<context>
    <name>analemma::ui::AlertPage</name>
    <message>
        <source>Roll back</source>
        <translation>Volver atrás</translation>
    </message>
    <message>
        <source>Take</source>
        <translation>Asumir</translation>
    </message>
    <message>
        <source>Silence…</source>
        <translation>Silenciar…</translation>
    </message>
    <message>
        <source>Open the incident</source>
        <translation>Abrir el incidente</translation>
    </message>
    <message>
        <source>Alert</source>
        <translation>Alerta</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
    <message>
        <source>Nothing was measured around it.</source>
        <translation>No se midió nada en torno a ella.</translation>
    </message>
    <message>
        <source>over</source>
        <translation>pasada</translation>
    </message>
    <message>
        <source>silenced</source>
        <translation>silenciada</translation>
    </message>
    <message>
        <source>open</source>
        <translation>abierta</translation>
    </message>
    <message>
        <source>taken</source>
        <translation>asumida</translation>
    </message>
    <message>
        <source>Alert: %1</source>
        <translation>Alerta: %1</translation>
    </message>
    <message>
        <source>Show the figures of %1</source>
        <translation>Mostrar las cifras de %1</translation>
    </message>
    <message>
        <source>It began %1.</source>
        <translation>Empezó %1.</translation>
    </message>
    <message>
        <source>For %1, since %2.</source>
        <translation>Dura ya %1, desde %2.</translation>
    </message>
    <message>
        <source>From %1, for %2.</source>
        <translation>Desde %1, durante %2.</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Valor</translation>
    </message>
    <message>
        <source>Worst value</source>
        <translation>Peor valor</translation>
    </message>
    <message>
        <source>Rule</source>
        <translation>Regla</translation>
    </message>
    <message>
        <source>Measured</source>
        <translation>Medido</translation>
    </message>
    <message>
        <source>Environment</source>
        <translation>Entorno</translation>
    </message>
    <message>
        <source>Told</source>
        <translation>Notificada</translation>
    </message>
    <message>
        <source>Taken by</source>
        <translation>Asumida por</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <comment>a person, how long ago</comment>
        <translation>%1, %2</translation>
    </message>
    <message>
        <source>Silenced</source>
        <translation>Silenciada</translation>
    </message>
    <message>
        <source>by %1 until %2: %3</source>
        <translation>por %1 hasta %2: %3</translation>
    </message>
    <message>
        <source>Runbook</source>
        <translation>Runbook</translation>
    </message>
    <message>
        <source>Roll back to %1</source>
        <translation>Volver a %1</translation>
    </message>
    <message>
        <source>It is not known yet what runs there.</source>
        <translation>Aún no se sabe qué funciona ahí.</translation>
    </message>
    <message>
        <source>Nothing is kept here.</source>
        <translation>Aquí no se guarda nada.</translation>
    </message>
    <message>
        <source>makes an incident</source>
        <translation>crea un incidente</translation>
    </message>
    <message>
        <source>End the silence</source>
        <translation>Terminar el silencio</translation>
    </message>
    <message>
        <source>A maintenance window silences it.</source>
        <translation>La silencia una ventana de mantenimiento.</translation>
    </message>
    <message>
        <source>1 hour</source>
        <translation>1 hora</translation>
    </message>
    <message>
        <source>4 hours</source>
        <translation>4 horas</translation>
    </message>
    <message>
        <source>Until tomorrow</source>
        <translation>Hasta mañana</translation>
    </message>
    <message>
        <source>Nobody is told of it while it is silenced; it stays in the list.</source>
        <translation>Mientras está silenciada no se notifica a nadie; sigue en la lista.</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Por qué</translation>
    </message>
    <message>
        <source>Say why, for those who look next.</source>
        <translation>Di por qué, para quien mire después.</translation>
    </message>
    <message>
        <source>Silence</source>
        <translation>Silenciar</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
</context>
<context>
    <name>analemma::ui::AlertSigns</name>
    <message>
        <source>Open</source>
        <translation>Abrir</translation>
    </message>
</context>
<context>
    <name>analemma::ui::AlertTables</name>
    <message>
        <source>Severity</source>
        <translation>Gravedad</translation>
    </message>
    <message>
        <source>Alert</source>
        <translation>Alerta</translation>
    </message>
    <message>
        <source>Subject</source>
        <translation>Objeto</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Valor</translation>
    </message>
    <message>
        <source>Since</source>
        <translation>Desde</translation>
    </message>
    <message>
        <source>Began</source>
        <translation>Empezó</translation>
    </message>
    <message>
        <source>Taken by</source>
        <translation>Asumida por</translation>
    </message>
    <message>
        <source>Silenced</source>
        <translation>Silenciada</translation>
    </message>
    <message>
        <source>Worst</source>
        <translation>Peor</translation>
    </message>
    <message>
        <source>Over since</source>
        <translation>Pasada desde</translation>
    </message>
    <message>
        <source>Lasted</source>
        <translation>Duró</translation>
    </message>
    <message>
        <source>What is not told</source>
        <translation>Qué no se notifica</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Por qué</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>Quién</translation>
    </message>
    <message>
        <source>Until</source>
        <translation>Hasta</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Estado</translation>
    </message>
    <message>
        <source>Incident</source>
        <translation>Incidente</translation>
    </message>
    <message>
        <source>Opened</source>
        <translation>Abierto</translation>
    </message>
    <message>
        <source>Open alerts, gravest first</source>
        <translation>Alertas abiertas, las más graves primero</translation>
    </message>
    <message>
        <source>Alerts that are over</source>
        <translation>Alertas pasadas</translation>
    </message>
    <message>
        <source>Silences</source>
        <translation>Silencios</translation>
    </message>
    <message>
        <source>Incidents</source>
        <translation>Incidentes</translation>
    </message>
    <message>
        <source>No alert is open.</source>
        <translation>No hay ninguna alerta abierta.</translation>
    </message>
    <message>
        <source>An alert comes when what is measured breaks a rule. Some rules hold already; write your own under alerts: in analemma.yaml.</source>
        <translation>Una alerta llega cuando lo medido incumple una regla. Algunas reglas ya rigen; escribe las tuyas en alerts:, dentro de analemma.yaml.</translation>
    </message>
    <message>
        <source>No alert came and went yet.</source>
        <translation>Aún no ha llegado y pasado ninguna alerta.</translation>
    </message>
    <message>
        <source>Nothing is silenced.</source>
        <translation>No hay nada silenciado.</translation>
    </message>
    <message>
        <source>Silence an alert, and nobody is told of it for a while.</source>
        <translation>Silencia una alerta y durante un tiempo no se notifica a nadie.</translation>
    </message>
    <message>
        <source>No incident yet.</source>
        <translation>Aún no hay ningún incidente.</translation>
    </message>
    <message>
        <source>Take an alert, and an incident keeps what was measured around it.</source>
        <translation>Asume una alerta y un incidente guarda lo que se midió en torno a ella.</translation>
    </message>
    <message>
        <source>%1 (in %2)</source>
        <translation>%1 (en %2)</translation>
    </message>
    <message>
        <source>open</source>
        <translation>abierto</translation>
    </message>
    <message>
        <source>closed</source>
        <translation>cerrado</translation>
    </message>
</context>
<context>
    <name>analemma::ui::AlertsPanel</name>
    <message>
        <source>You took it. What was measured around it is kept.</source>
        <translation>La has asumido. Se guarda lo que se midió en torno a ella.</translation>
    </message>
    <message>
        <source>Open the incident</source>
        <translation>Abrir el incidente</translation>
    </message>
    <message>
        <source>Silenced until %1.</source>
        <translation>Silenciada hasta %1.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
    <message>
        <source>It is told again.</source>
        <translation>Se vuelve a notificar.</translation>
    </message>
    <message>
        <source>%1 serves %2 again, in %3.</source>
        <translation>%1 vuelve a servir %2, en %3.</translation>
    </message>
    <message>
        <source>The incident is closed.</source>
        <translation>El incidente está cerrado.</translation>
    </message>
    <message>
        <source>Alerts</source>
        <translation>Alertas</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Abiertas</translation>
    </message>
    <message>
        <source>Over</source>
        <translation>Pasadas</translation>
    </message>
    <message>
        <source>Silences</source>
        <translation>Silencios</translation>
    </message>
    <message>
        <source>Incidents</source>
        <translation>Incidentes</translation>
    </message>
    <message>
        <source>Open the alert</source>
        <translation>Abrir la alerta</translation>
    </message>
    <message>
        <source>Take the alert</source>
        <translation>Asumir la alerta</translation>
    </message>
    <message>
        <source>Silence the alert…</source>
        <translation>Silenciar la alerta…</translation>
    </message>
    <message>
        <source>Roll back the change before the alert</source>
        <translation>Dar marcha atrás al cambio anterior a la alerta</translation>
    </message>
    <message>
        <source>End the silence</source>
        <translation>Terminar el silencio</translation>
    </message>
    <message>
        <source>Not watched: %1</source>
        <translation>Sin vigilar: %1</translation>
    </message>
    <message>
        <source>all is quiet</source>
        <translation>todo en calma</translation>
    </message>
    <message numerus="yes">
        <source>%n open</source>
        <translation>
            <numerusform>%n abierta</numerusform>
            <numerusform>%n abiertas</numerusform>
        </translation>
    </message>
    <message>
        <source>incident</source>
        <translation>incidente</translation>
    </message>
</context>
<context>
    <name>analemma::ui::ApprovalNote</name>
    <message>
        <source>What changed</source>
        <translation>Qué ha cambiado</translation>
    </message>
    <message>
        <source>Approve this text</source>
        <translation>Aprobar este texto</translation>
    </message>
    <message>
        <source>This is not the text that you approved. Read what changed before you run it.</source>
        <translation>Este no es el texto que aprobaste. Lee qué ha cambiado antes de ejecutarlo.</translation>
    </message>
    <message>
        <source>This text came from a file. Read it before you run it.</source>
        <translation>Este texto viene de un archivo. Léelo antes de ejecutarlo.</translation>
    </message>
</context>
<context>
    <name>analemma::ui::AskPanel</name>
    <message>
        <source>Question</source>
        <translation>Pregunta</translation>
    </message>
    <message>
        <source>What it is about</source>
        <translation>De qué se trata</translation>
    </message>
</context>
<context>
    <name>analemma::ui::BakePage</name>
    <message>
        <source>Bake an image</source>
        <translation>Crear una imagen</translation>
    </message>
    <message>
        <source>Recipe</source>
        <translation>Receta</translation>
    </message>
    <message>
        <source>Release</source>
        <translation>Versión</translation>
    </message>
</context>
<context>
    <name>analemma::ui::BlameView</name>
    <message>
        <source>Who wrote each line</source>
        <translation>Quién escribió cada línea</translation>
    </message>
    <message>
        <source>not committed yet</source>
        <translation>aún sin commit</translation>
    </message>
</context>
<context>
    <name>analemma::ui::BoardPanel</name>
    <message>
        <source>Home</source>
        <translation>Inicio</translation>
    </message>
</context>
<context>
    <name>analemma::ui::BoardView</name>
    <message>
        <source>Change</source>
        <translation>Cambio</translation>
    </message>
    <message>
        <source>No change is on its way.</source>
        <translation>No hay ningún cambio en camino.</translation>
    </message>
    <message>
        <source>Commit something: it appears here and its pipeline runs.</source>
        <translation>Haz un commit: aparecerá aquí y se ejecutará su pipeline.</translation>
    </message>
    <message>
        <source>Change line</source>
        <translation>Línea de cambios</translation>
    </message>
    <message numerus="yes">
        <source>%n changes</source>
        <translation>
            <numerusform>%n cambio</numerusform>
            <numerusform>%n cambios</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>analemma::ui::BranchesPage</name>
    <message>
        <source>branch</source>
        <translation>rama</translation>
    </message>
    <message>
        <source>remote branch</source>
        <translation>rama remota</translation>
    </message>
    <message>
        <source>tag</source>
        <translation>etiqueta</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nombre</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Tipo</translation>
    </message>
    <message>
        <source>Commit</source>
        <translation>Commit</translation>
    </message>
    <message>
        <source>Subject</source>
        <translation>Asunto</translation>
    </message>
    <message>
        <source>Author</source>
        <translation>Autor</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Cuándo</translation>
    </message>
    <message>
        <source>There is no branch yet: nothing was committed.</source>
        <translation>Aún no hay ninguna rama: no se ha hecho ningún commit.</translation>
    </message>
    <message>
        <source>Switch to it</source>
        <translation>Cambiar a ella</translation>
    </message>
    <message>
        <source>Compare with what is checked out</source>
        <translation>Comparar con lo actual</translation>
    </message>
    <message>
        <source>New branch here…</source>
        <translation>Rama nueva aquí…</translation>
    </message>
    <message>
        <source>New tag here…</source>
        <translation>Etiqueta nueva aquí…</translation>
    </message>
    <message>
        <source>Merge into what is checked out…</source>
        <translation>Fusionar en lo actual…</translation>
    </message>
    <message>
        <source>Rebase what is checked out onto it…</source>
        <translation>Hacer rebase de lo actual sobre ella…</translation>
    </message>
    <message>
        <source>Move what is checked out to it…</source>
        <translation>Mover lo actual a ella…</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>Renombrar…</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Eliminar</translation>
    </message>
    <message>
        <source>Choose a branch or tag first.</source>
        <translation>Elige antes una rama o una etiqueta.</translation>
    </message>
    <message>
        <source>This branch is checked out.</source>
        <translation>Esta rama es la actual.</translation>
    </message>
    <message>
        <source>It is a branch of the remote.</source>
        <translation>Es una rama del remoto.</translation>
    </message>
    <message>
        <source>Tags are not renamed: make another one.</source>
        <translation>Las etiquetas no se renombran: crea otra.</translation>
    </message>
    <message numerus="yes">
        <source>%n branches and tags</source>
        <translation>
            <numerusform>%n rama o etiqueta</numerusform>
            <numerusform>%n ramas y etiquetas</numerusform>
        </translation>
    </message>
    <message>
        <source>checked out</source>
        <translation>actual</translation>
    </message>
    <message>
        <source>Branches and tags</source>
        <translation>Ramas y etiquetas</translation>
    </message>
    <message>
        <source>Work trees</source>
        <translation>Árboles de trabajo</translation>
    </message>
    <message>
        <source>Submodules</source>
        <translation>Submódulos</translation>
    </message>
    <message>
        <source>Work tree for it…</source>
        <translation>Árbol de trabajo para ella…</translation>
    </message>
    <message>
        <source>Only a branch of one&apos;s own has a work tree.</source>
        <translation>Solo una rama propia tiene árbol de trabajo.</translation>
    </message>
</context>
<context>
    <name>analemma::ui::ChangeList</name>
    <message>
        <source>binary</source>
        <translation>binario</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Archivo</translation>
    </message>
    <message>
        <source>Lines</source>
        <translation>Líneas</translation>
    </message>
</context>
<context>
    <name>analemma::ui::ChangesBrowser</name>
    <message>
        <source>No file differs.</source>
        <translation>Ningún archivo difiere.</translation>
    </message>
</context>
<context>
    <name>analemma::ui::ChangesPage</name>
    <message>
        <source>Not staged</source>
        <translation>Sin preparar</translation>
    </message>
    <message>
        <source>Staged</source>
        <translation>Preparado</translation>
    </message>
    <message>
        <source>Nothing has changed.</source>
        <translation>No ha cambiado nada.</translation>
    </message>
    <message>
        <source>Nothing is staged.</source>
        <translation>No hay nada preparado.</translation>
    </message>
    <message>
        <source>Stage</source>
        <translation>Preparar</translation>
    </message>
    <message>
        <source>Ignore</source>
        <translation>Ignorar</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Descartar</translation>
    </message>
    <message>
        <source>Unstage</source>
        <translation>Quitar de lo preparado</translation>
    </message>
    <message>
        <source>Stage all</source>
        <translation>Preparar todo</translation>
    </message>
    <message>
        <source>Unstage all</source>
        <translation>Quitar todo de lo preparado</translation>
    </message>
    <message>
        <source>Resolve the conflicts first.</source>
        <translation>Resuelve antes los conflictos.</translation>
    </message>
    <message numerus="yes">
        <source>%1, %n change(s)</source>
        <translation>
            <numerusform>%1, %n cambio</numerusform>
            <numerusform>%1, %n cambios</numerusform>
        </translation>
    </message>
    <message>
        <source>What you edit appears here by itself.</source>
        <translation>Lo que editas aparece aquí solo.</translation>
    </message>
    <message>
        <source>A folder that git does not know yet.</source>
        <translation>Una carpeta que git aún no conoce.</translation>
    </message>
    <message>
        <source>Stage it to take all its files in.</source>
        <translation>Prepárala para incluir todos sus archivos.</translation>
    </message>
    <message>
        <source>Unstage hunk</source>
        <translation>Quitar bloque de lo preparado</translation>
    </message>
    <message>
        <source>Unstage lines</source>
        <translation>Quitar líneas de lo preparado</translation>
    </message>
    <message>
        <source>Stage hunk</source>
        <translation>Preparar bloque</translation>
    </message>
    <message>
        <source>Stage lines</source>
        <translation>Preparar líneas</translation>
    </message>
    <message>
        <source>Discard hunk</source>
        <translation>Descartar bloque</translation>
    </message>
    <message>
        <source>Discard lines</source>
        <translation>Descartar líneas</translation>
    </message>
    <message>
        <source>Discarded changes of %1.</source>
        <translation>Descartados los cambios de %1.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
    <message>
        <source>Amended: %1.</source>
        <translation>Enmendado: %1.</translation>
    </message>
    <message>
        <source>Committed %1.</source>
        <translation>Hecho el commit %1.</translation>
    </message>
    <message>
        <source>Hooks are not run here: %1.</source>
        <translation>Aquí no se ejecutan los hooks: %1.</translation>
    </message>
    <message>
        <source>The repository asks for signatures; it has none.</source>
        <translation>El repositorio pide firmas; este commit no lleva ninguna.</translation>
    </message>
    <message>
        <source>These are %1 files, and only %2 can be brought back: nothing was discarded.</source>
        <translation>Son %1 ficheros y solo %2 se pueden recuperar: no se descartó nada.</translation>
    </message>
    <message numerus="yes">
        <source>Discarded changes of %n files.</source>
        <translation>
            <numerusform>Se descartaron los cambios de %n fichero.</numerusform>
            <numerusform>Se descartaron los cambios de %n ficheros.</numerusform>
        </translation>
    </message>
    <message>
        <source>Choose fewer, or stash them.</source>
        <translation>Elige menos, o guárdalos en un stash.</translation>
    </message>
    <message>
        <source>Stash…</source>
        <translation>Guardar en stash…</translation>
    </message>
    <message>
        <source>Stash all…</source>
        <translation>Stash de todo…</translation>
    </message>
</context>
<context>
    <name>analemma::ui::ChartBar</name>
    <message>
        <source>5 min</source>
        <translation>5 min</translation>
    </message>
    <message>
        <source>15 min</source>
        <translation>15 min</translation>
    </message>
    <message>
        <source>1 h</source>
        <translation>1 h</translation>
    </message>
    <message>
        <source>6 h</source>
        <translation>6 h</translation>
    </message>
    <message>
        <source>24 h</source>
        <translation>24 h</translation>
    </message>
    <message>
        <source>7 d</source>
        <translation>7 d</translation>
    </message>
    <message>
        <source>30 d</source>
        <translation>30 d</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>En directo</translation>
    </message>
    <message>
        <source>Time shown</source>
        <translation>Tiempo mostrado</translation>
    </message>
    <message>
        <source>Follow the present again</source>
        <translation>Seguir de nuevo el presente</translation>
    </message>
    <message>
        <source>live</source>
        <translation>en directo</translation>
    </message>
    <message>
        <source>standing still</source>
        <translation>detenido</translation>
    </message>
</context>
<context>
    <name>analemma::ui::ChartView</name>
    <message>
        <source>critical</source>
        <translation>crítico</translation>
    </message>
    <message>
        <source>warning</source>
        <translation>aviso</translation>
    </message>
    <message>
        <source>no data</source>
        <translation>sin datos</translation>
    </message>
    <message>
        <source>min %1   max %2</source>
        <translation>mín %1   máx %2</translation>
    </message>
    <message>
        <source>+%1 more</source>
        <translation>+%1 más</translation>
    </message>
    <message>
        <source>Nothing was measured yet.</source>
        <translation>Aún no se ha medido nada.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Intentar de nuevo</translation>
    </message>
    <message>
        <source>no data since %1</source>
        <translation>sin datos desde %1</translation>
    </message>
    <message>
        <source>as of %1 s</source>
        <translation>hace %1 s</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <comment>CPU busy 34 percent</comment>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>%1: no data</source>
        <translation>%1: sin datos</translation>
    </message>
    <message>
        <source>loading</source>
        <translation>cargando</translation>
    </message>
    <message>
        <source>%1, at %2</source>
        <translation>%1, a las %2</translation>
    </message>
    <message>
        <source>until %1</source>
        <translation>hasta %1</translation>
    </message>
</context>
<context>
    <name>analemma::ui::CommandPalette</name>
    <message>
        <source>Search or run a command</source>
        <translation>Buscar o ejecutar un comando</translation>
    </message>
</context>
<context>
    <name>analemma::ui::CommandPane</name>
    <message>
        <source>Run</source>
        <translation>Ejecutar</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Detener</translation>
    </message>
    <message>
        <source>nothing run</source>
        <translation>nada ejecutado</translation>
    </message>
    <message>
        <source>Command on %1</source>
        <translation>Comando en %1</translation>
    </message>
    <message>
        <source>A command, for the server&apos;s shell</source>
        <translation>Un comando, para el intérprete del servidor</translation>
    </message>
    <message>
        <source>Output</source>
        <translation>Salida</translation>
    </message>
    <message>
        <source>Output of the command on %1</source>
        <translation>Salida del comando en %1</translation>
    </message>
    <message>
        <source>What the command writes appears here.</source>
        <translation>Aquí aparece lo que escribe el comando.</translation>
    </message>
    <message>
        <source>One-off command</source>
        <translation>Comando suelto</translation>
    </message>
    <message>
        <source>running</source>
        <translation>en curso</translation>
    </message>
    <message>
        <source>The output is longer than 16 MiB; the rest is not shown. The command runs on.</source>
        <translation>La salida supera los 16 MiB; el resto no se muestra. El comando sigue en marcha.</translation>
    </message>
    <message>
        <source>exit code %1</source>
        <translation>código de salida %1</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>detenido</translation>
    </message>
    <message>
        <source>outcome unknown</source>
        <translation>resultado desconocido</translation>
    </message>
    <message>
        <source>not run</source>
        <translation>no ejecutado</translation>
    </message>
    <message>
        <source>You stopped waiting for it; what it did until then stands.</source>
        <translation>Dejaste de esperarlo; lo que hizo hasta entonces queda hecho.</translation>
    </message>
    <message>
        <source>Write a command first.</source>
        <translation>Escribe antes un comando.</translation>
    </message>
    <message>
        <source>You stopped it before it was run.</source>
        <translation>Lo detuviste antes de que se ejecutara.</translation>
    </message>
</context>
<context>
    <name>analemma::ui::CommitBox</name>
    <message>
        <source>Amend the last commit</source>
        <translation>Enmendar el último commit</translation>
    </message>
    <message>
        <source>Commit</source>
        <translation>Commit</translation>
    </message>
    <message>
        <source>Subject</source>
        <translation>Asunto</translation>
    </message>
    <message>
        <source>Subject: what this commit does</source>
        <translation>Asunto: qué hace este commit</translation>
    </message>
    <message>
        <source>Body</source>
        <translation>Cuerpo</translation>
    </message>
    <message>
        <source>Why (may stay empty)</source>
        <translation>Por qué (puede quedar vacío)</translation>
    </message>
    <message>
        <source>A subject is needed.</source>
        <translation>Hace falta un asunto.</translation>
    </message>
    <message>
        <source>Amend</source>
        <translation>Enmendar</translation>
    </message>
    <message>
        <source>Commit to %1</source>
        <translation>Commit en %1</translation>
    </message>
    <message numerus="yes">
        <source>%n character(s) in the subject</source>
        <translation>
            <numerusform>%n carácter en el asunto</numerusform>
            <numerusform>%n caracteres en el asunto</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>analemma::ui::CommitPage</name>
    <message>
        <source>Message</source>
        <translation>Mensaje</translation>
    </message>
    <message>
        <source>Commit</source>
        <translation>Commit</translation>
    </message>
    <message>
        <source>Author</source>
        <translation>Autor</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Cuándo</translation>
    </message>
    <message>
        <source>Parent</source>
        <translation>Padre</translation>
    </message>
    <message>
        <source>Parents</source>
        <translation>Padres</translation>
    </message>
    <message>
        <source>Names</source>
        <translation>Nombres</translation>
    </message>
    <message>
        <source>Who wrote it, and its history</source>
        <translation>Quién lo escribió, y su historial</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%n archivo</numerusform>
            <numerusform>%n archivos</numerusform>
        </translation>
    </message>
    <message>
        <source>Plan</source>
        <translation>Plan</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>Dónde</translation>
    </message>
    <message>
        <source>an unknown kind</source>
        <translation>un tipo desconocido</translation>
    </message>
    <message>
        <source>%1, not checked here</source>
        <translation>%1, sin comprobar aquí</translation>
    </message>
    <message>
        <source>Signed</source>
        <translation>Firmado</translation>
    </message>
</context>
<context>
    <name>analemma::ui::ComparePage</name>
    <message>
        <source>From</source>
        <translation>Desde</translation>
    </message>
    <message>
        <source>To</source>
        <translation>Hasta</translation>
    </message>
    <message>
        <source>The other way round</source>
        <translation>Al revés</translation>
    </message>
    <message>
        <source>Choose what to compare.</source>
        <translation>Elige qué comparar.</translation>
    </message>
    <message>
        <source>%1 (runs %2)</source>
        <translation>%1 (ejecuta %2)</translation>
    </message>
    <message numerus="yes">
        <source>%n commit(s) more</source>
        <translation>
            <numerusform>%n commit más</numerusform>
            <numerusform>%n commits más</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n fewer</source>
        <translation>
            <numerusform>%n menos</numerusform>
            <numerusform>%n menos</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>analemma::ui::ConflictView</name>
    <message>
        <source>Ours</source>
        <translation>Nuestro</translation>
    </message>
    <message>
        <source>Before both</source>
        <translation>Antes de ambos</translation>
    </message>
    <message>
        <source>Theirs</source>
        <translation>Suyo</translation>
    </message>
    <message>
        <source>What the file becomes</source>
        <translation>Cómo queda el archivo</translation>
    </message>
    <message>
        <source>Take ours</source>
        <translation>Tomar el nuestro</translation>
    </message>
    <message>
        <source>Take theirs</source>
        <translation>Tomar el suyo</translation>
    </message>
    <message>
        <source>Take this text</source>
        <translation>Tomar este texto</translation>
    </message>
    <message>
        <source>Delete, as we did</source>
        <translation>Eliminar, como nosotros</translation>
    </message>
    <message>
        <source>Delete, as they did</source>
        <translation>Eliminar, como ellos</translation>
    </message>
    <message>
        <source>This file has no text that could be joined: take one side.</source>
        <translation>Este archivo no tiene texto que se pueda combinar: toma uno de los lados.</translation>
    </message>
    <message>
        <source>Take one of the sides.</source>
        <translation>Toma uno de los lados.</translation>
    </message>
    <message>
        <source>There are marks of the conflict left.</source>
        <translation>Quedan marcas del conflicto.</translation>
    </message>
</context>
<context>
    <name>analemma::ui::ConsoleArea</name>
    <message>
        <source>Consoles</source>
        <translation>Consolas</translation>
    </message>
    <message>
        <source>Servers</source>
        <translation>Servidores</translation>
    </message>
    <message>
        <source>Back to the list; consoles stay open</source>
        <translation>Volver a la lista; las consolas siguen abiertas</translation>
    </message>
    <message>
        <source>BROADCAST</source>
        <translation>DIFUSIÓN</translation>
    </message>
    <message>
        <source>REC</source>
        <translation>GRAB</translation>
    </message>
</context>
<context>
    <name>analemma::ui::ConsolePage</name>
    <message>
        <source>Connect</source>
        <translation>Conectar</translation>
    </message>
    <message>
        <source>Type here and in other chosen consoles</source>
        <translation>Escribir aquí y en otras consolas elegidas</translation>
    </message>
    <message>
        <source>The server takes no input now; that was not sent.</source>
        <translation>El servidor no acepta entrada ahora; eso no se envió.</translation>
    </message>
    <message>
        <source>Not connected yet: that key went nowhere.</source>
        <translation>Aún sin conexión: esa tecla no se envió.</translation>
    </message>
    <message>
        <source>Not connected: keys go nowhere and are not kept.</source>
        <translation>Sin conexión: las teclas no se envían ni se guardan.</translation>
    </message>
    <message>
        <source>connected</source>
        <translation>conectada</translation>
    </message>
    <message>
        <source>not connected</source>
        <translation>sin conexión</translation>
    </message>
    <message>
        <source>Console of %1</source>
        <translation>Consola de %1</translation>
    </message>
    <message>
        <source>Terminal of %1</source>
        <translation>Terminal de %1</translation>
    </message>
    <message>
        <source>Split to the right (Ctrl+Shift+E)</source>
        <translation>Dividir a la derecha (Ctrl+Mayús+E)</translation>
    </message>
    <message>
        <source>Close this console (Ctrl+Shift+W)</source>
        <translation>Cerrar esta consola (Ctrl+Mayús+W)</translation>
    </message>
    <message>
        <source>There is no connection to be had for this server; nothing was run.</source>
        <translation>No se puede conectar con este servidor; no se ejecutó nada.</translation>
    </message>
    <message>
        <source>connecting</source>
        <translation>conectando</translation>
    </message>
    <message>
        <source>exit code %1</source>
        <translation>código de salida %1</translation>
    </message>
    <message>
        <source>signal %1</source>
        <translation>señal %1</translation>
    </message>
    <message>
        <source>[The shell has ended: %1]</source>
        <translation>[La shell ha terminado: %1]</translation>
    </message>
    <message>
        <source>ended</source>
        <translation>terminada</translation>
    </message>
    <message>
        <source>[Connection lost. What ran in it has ended, unless tmux or screen holds it]</source>
        <translation>[Conexión perdida. Lo que se ejecutaba terminó, salvo que lo mantenga tmux o screen]</translation>
    </message>
    <message>
        <source>connection lost</source>
        <translation>conexión perdida</translation>
    </message>
    <message>
        <source>Reconnect</source>
        <translation>Reconectar</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Reintentar</translation>
    </message>
    <message>
        <source>BROADCAST 1 host</source>
        <translation>DIFUSIÓN a 1 servidor</translation>
    </message>
    <message>
        <source>BROADCAST %1 hosts</source>
        <translation>DIFUSIÓN a %1 servidores</translation>
    </message>
    <message>
        <source> (%1 consoles)</source>
        <translation> (%1 consolas)</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>Dejarla</translation>
    </message>
    <message>
        <source>Close the console of %1? What runs in it ends, unless tmux or screen holds it.</source>
        <translation>¿Cerrar la consola de %1? Lo que se ejecuta en ella termina, salvo que lo mantenga tmux o screen.</translation>
    </message>
    <message>
        <source>Trust this key…</source>
        <translation>Confiar en esta clave…</translation>
    </message>
    <message>
        <source>Record what this console shows</source>
        <translation>Grabar lo que muestra esta consola</translation>
    </message>
    <message>
        <source>REC</source>
        <translation>GRAB</translation>
    </message>
    <message>
        <source>system OpenSSH</source>
        <translation>OpenSSH del sistema</translation>
    </message>
    <message>
        <source>built-in SSH</source>
        <translation>SSH integrado</translation>
    </message>
    <message>
        <source>There is no folder for recordings; nothing is recorded.</source>
        <translation>No hay carpeta para grabaciones; no se graba nada.</translation>
    </message>
    <message>
        <source>What this console shows is recorded to %1. Keys are not, and what looks like a secret is masked.</source>
        <translation>Lo que muestra esta consola se graba en %1. Las teclas no, y lo que parece un secreto se oculta.</translation>
    </message>
    <message>
        <source>Recording; keys are not recorded, secrets are masked.</source>
        <translation>Grabando; las teclas no se graban y los secretos se ocultan.</translation>
    </message>
    <message>
        <source>Recorded to %1</source>
        <translation>Grabado en %1</translation>
    </message>
    <message>
        <source>The recording ended: %1</source>
        <translation>La grabación terminó: %1</translation>
    </message>
</context>
<context>
    <name>analemma::ui::DataTable</name>
    <message>
        <source>Filter rows</source>
        <translation>Filtrar filas</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>Filtrar</translation>
    </message>
    <message>
        <source>Show all rows</source>
        <translation>Mostrar todas las filas</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 de %2</translation>
    </message>
    <message>
        <source>No row matches.</source>
        <translation>Ninguna fila coincide.</translation>
    </message>
    <message numerus="yes">
        <source>%n selected</source>
        <translation>
            <numerusform>%n seleccionada</numerusform>
            <numerusform>%n seleccionadas</numerusform>
        </translation>
    </message>
    <message>
        <source>Copy rows	Ctrl+C</source>
        <translation>Copiar filas	Ctrl+C</translation>
    </message>
</context>
<context>
    <name>analemma::ui::DeployPage</name>
    <message>
        <source>Release</source>
        <translation>Versión</translation>
    </message>
    <message>
        <source>Deploy to %1 (production)</source>
        <translation>Desplegar en %1 (producción)</translation>
    </message>
    <message>
        <source>Deploy to %1</source>
        <translation>Desplegar en %1</translation>
    </message>
</context>
<context>
    <name>analemma::ui::DesktopNotices</name>
    <message>
        <source>There is no session bus for notices of the desktop.</source>
        <translation>No hay bus de sesión para las notificaciones del escritorio.</translation>
    </message>
    <message>
        <source>The desktop does not show notices: %1</source>
        <translation>El escritorio no muestra notificaciones: %1</translation>
    </message>
    <message>
        <source>This program was built without notices of the desktop.</source>
        <translation>Este programa se compiló sin notificaciones del escritorio.</translation>
    </message>
</context>
<context>
    <name>analemma::ui::DiffPane</name>
    <message>
        <source>Side by side</source>
        <translation>Lado a lado</translation>
    </message>
    <message>
        <source>Without white space</source>
        <translation>Sin espacios en blanco</translation>
    </message>
    <message>
        <source>The file is too large to be compared here.</source>
        <translation>El archivo es demasiado grande para compararlo aquí.</translation>
    </message>
    <message>
        <source>A binary file: its bytes differ.</source>
        <translation>Un archivo binario: sus bytes difieren.</translation>
    </message>
    <message>
        <source>No line differs.</source>
        <translation>Ninguna línea difiere.</translation>
    </message>
    <message>
        <source>No line differs: %1.</source>
        <translation>Ninguna línea difiere: %1.</translation>
    </message>
    <message>
        <source>submodule</source>
        <translation>submódulo</translation>
    </message>
    <message>
        <source>new link</source>
        <translation>enlace nuevo</translation>
    </message>
    <message>
        <source>new file</source>
        <translation>archivo nuevo</translation>
    </message>
    <message>
        <source>deleted</source>
        <translation>eliminado</translation>
    </message>
    <message>
        <source>renamed from %1</source>
        <translation>renombrado desde %1</translation>
    </message>
    <message>
        <source>copied from %1</source>
        <translation>copiado desde %1</translation>
    </message>
    <message>
        <source>of another type now</source>
        <translation>ahora de otro tipo</translation>
    </message>
    <message>
        <source>in conflict</source>
        <translation>en conflicto</translation>
    </message>
    <message>
        <source>not in git yet</source>
        <translation>aún no está en git</translation>
    </message>
    <message>
        <source>made executable</source>
        <translation>ahora es ejecutable</translation>
    </message>
    <message>
        <source>no longer executable</source>
        <translation>ya no es ejecutable</translation>
    </message>
    <message>
        <source>The repository holds pointers; the files behind them are kept by Git LFS and are not fetched here.</source>
        <translation>El repositorio contiene punteros; los archivos a los que apuntan los guarda Git LFS y no se descargan aquí.</translation>
    </message>
    <message>
        <source>A file of Git LFS: %1, now %2.</source>
        <translation>Un archivo de Git LFS: %1, ahora %2.</translation>
    </message>
    <message>
        <source>A file of Git LFS, new: %1.</source>
        <translation>Un archivo de Git LFS, nuevo: %1.</translation>
    </message>
    <message>
        <source>A file of Git LFS, deleted: %1.</source>
        <translation>Un archivo de Git LFS, eliminado: %1.</translation>
    </message>
</context>
<context>
    <name>analemma::ui::DiffView</name>
    <message>
        <source>Changes of the file</source>
        <translation>Cambios del archivo</translation>
    </message>
    <message>
        <source>Lines %1 to %2</source>
        <translation>Líneas %1 a %2</translation>
    </message>
    <message>
        <source>Line %1</source>
        <translation>Línea %1</translation>
    </message>
    <message>
        <source>no line break at the end</source>
        <translation>sin salto de línea al final</translation>
    </message>
    <message>
        <source>Copy lines</source>
        <translation>Copiar líneas</translation>
    </message>
</context>
<context>
    <name>analemma::ui::EditStrip</name>
    <message>
        <source>opening</source>
        <translation>abriendo</translation>
    </message>
    <message>
        <source>saved</source>
        <translation>guardado</translation>
    </message>
    <message>
        <source>open</source>
        <translation>abierto</translation>
    </message>
    <message>
        <source>saving</source>
        <translation>guardando</translation>
    </message>
    <message>
        <source>conflict</source>
        <translation>conflicto</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fallido</translation>
    </message>
    <message numerus="yes">
        <source>%1: %n saves written back</source>
        <translation>
            <numerusform>%1: %n cambio escrito de vuelta</numerusform>
            <numerusform>%1: %n cambios escritos de vuelta</numerusform>
        </translation>
    </message>
    <message>
        <source>%1: each save is written back</source>
        <translation>%1: cada cambio guardado se escribe de vuelta</translation>
    </message>
    <message>
        <source>Write mine</source>
        <translation>Escribir el mío</translation>
    </message>
    <message>
        <source>Replaces the server&apos;s version by the one edited here.</source>
        <translation>Sustituye la versión del servidor por la editada aquí.</translation>
    </message>
    <message>
        <source>Take theirs</source>
        <translation>Tomar el suyo</translation>
    </message>
    <message>
        <source>Mine stays beside it, with .mine at the end of its name.</source>
        <translation>El mío queda al lado, con .mine al final del nombre.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Reintentar</translation>
    </message>
    <message>
        <source>Stop editing this file</source>
        <translation>Dejar de editar este archivo</translation>
    </message>
</context>
<context>
    <name>analemma::ui::EnvironmentCard</name>
    <message>
        <source>%1/%2 healthy</source>
        <translation>%1/%2 sanos</translation>
    </message>
    <message>
        <source>from its image</source>
        <translation>desde su imagen</translation>
    </message>
    <message>
        <source>bakes its image again</source>
        <translation>vuelve a crear su imagen</translation>
    </message>
    <message>
        <source>warm, about %1</source>
        <translation>en reserva, unos %1</translation>
    </message>
    <message>
        <source>warm</source>
        <translation>en reserva</translation>
    </message>
    <message>
        <source>Environment %1</source>
        <translation>Entorno %1</translation>
    </message>
    <message>
        <source>production</source>
        <translation>producción</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>nada</translation>
    </message>
    <message>
        <source>Open in the browser</source>
        <translation>Abrir en el navegador</translation>
    </message>
    <message>
        <source>Copy the address</source>
        <translation>Copiar la dirección</translation>
    </message>
    <message>
        <source>Requests a second</source>
        <translation>Peticiones por segundo</translation>
    </message>
    <message>
        <source>Deploy…</source>
        <translation>Desplegar…</translation>
    </message>
    <message>
        <source>Roll back</source>
        <translation>Volver atrás</translation>
    </message>
    <message>
        <source>nothing live</source>
        <translation>nada activo</translation>
    </message>
    <message>
        <source>a deploy brings the first generation</source>
        <translation>un despliegue traerá la primera generación</translation>
    </message>
    <message numerus="yes">
        <source>%n servers wanted</source>
        <translation>
            <numerusform>se quiere %n servidor</numerusform>
            <numerusform>se quieren %n servidores</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 (generation %2, %3, left %4)</source>
        <translation>%1 (generación %2, %3, relevada %4)</translation>
    </message>
    <message>
        <source>No warm generation</source>
        <translation>Ninguna generación en reserva</translation>
    </message>
    <message>
        <source>Warm: %1</source>
        <translation>En reserva: %1</translation>
    </message>
    <message>
        <source>Under way: %1</source>
        <translation>En curso: %1</translation>
    </message>
    <message>
        <source>Deploy %1…</source>
        <translation>Desplegar %1…</translation>
    </message>
    <message>
        <source>No release waits for %1. Make one in Releases.</source>
        <translation>Ninguna versión espera a %1. Crea una en Versiones.</translation>
    </message>
    <message>
        <source>Roll back to %1</source>
        <translation>Volver a %1</translation>
    </message>
    <message>
        <source>%1/s, %2 errors/s</source>
        <translation>%1/s, %2 errores/s</translation>
    </message>
    <message>
        <source>%1 requests/s</source>
        <translation>%1 peticiones/s</translation>
    </message>
    <message>
        <source>requests a second</source>
        <translation>peticiones por segundo</translation>
    </message>
    <message>
        <source>generation %1, live for %2</source>
        <translation>generación %1, activa desde hace %2</translation>
    </message>
    <message>
        <source>not kept</source>
        <translation>no guardado</translation>
    </message>
</context>
<context>
    <name>analemma::ui::EnvironmentsPanel</name>
    <message>
        <source>State</source>
        <translation>Estado</translation>
    </message>
    <message>
        <source>Generation</source>
        <translation>Generación</translation>
    </message>
    <message>
        <source>Release</source>
        <translation>Versión</translation>
    </message>
    <message>
        <source>Commit</source>
        <translation>Commit</translation>
    </message>
    <message>
        <source>Servers</source>
        <translation>Servidores</translation>
    </message>
    <message>
        <source>Since</source>
        <translation>Desde</translation>
    </message>
    <message>
        <source>Made</source>
        <translation>Creada</translation>
    </message>
    <message>
        <source>Environments</source>
        <translation>Entornos</translation>
    </message>
    <message>
        <source>Generations</source>
        <translation>Generaciones</translation>
    </message>
    <message>
        <source>Nothing was deployed here yet.</source>
        <translation>Aquí no se ha desplegado nada todavía.</translation>
    </message>
    <message>
        <source>An environment is where a release runs: its servers, their health, their balancer.</source>
        <translation>Un entorno es donde funciona una versión: sus servidores, su salud y su balanceador.</translation>
    </message>
    <message>
        <source>Add one under environments: in analemma.yaml.</source>
        <translation>Añade uno en environments:, dentro de analemma.yaml.</translation>
    </message>
    <message>
        <source>Deploy…</source>
        <translation>Desplegar…</translation>
    </message>
    <message>
        <source>Roll back</source>
        <translation>Volver atrás</translation>
    </message>
    <message>
        <source>Go to this generation</source>
        <translation>Ir a esta generación</translation>
    </message>
    <message>
        <source>Nothing is live in %1.</source>
        <translation>No hay nada activo en %1.</translation>
    </message>
    <message numerus="yes">
        <source>%n approvals missing</source>
        <translation>
            <numerusform>falta %n aprobación</numerusform>
            <numerusform>faltan %n aprobaciones</numerusform>
        </translation>
    </message>
    <message>
        <source>Copied %1</source>
        <translation>Copiado: %1</translation>
    </message>
    <message numerus="yes">
        <source>%n environments</source>
        <translation>
            <numerusform>%n entorno</numerusform>
            <numerusform>%n entornos</numerusform>
        </translation>
    </message>
    <message>
        <source>Generations of %1</source>
        <translation>Generaciones de %1</translation>
    </message>
    <message>
        <source>nothing live</source>
        <translation>nada activo</translation>
    </message>
    <message>
        <source>There is no release to deploy yet.</source>
        <translation>Aún no hay ninguna versión que desplegar.</translation>
    </message>
    <message>
        <source>Releases</source>
        <translation>Versiones</translation>
    </message>
    <message>
        <source>%1 serves %2 again, in %3.</source>
        <translation>%1 vuelve a servir %2, en %3.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
</context>
<context>
    <name>analemma::ui::FigureTile</name>
    <message>
        <source>better, %1 before</source>
        <translation>mejor, antes %1</translation>
    </message>
    <message>
        <source>worse, %1 before</source>
        <translation>peor, antes %1</translation>
    </message>
    <message>
        <source>about the same, %1 before</source>
        <translation>casi igual, antes %1</translation>
    </message>
    <message>
        <source>nothing to compare</source>
        <translation>nada con que comparar</translation>
    </message>
    <message>
        <source>Deployment frequency</source>
        <translation>Frecuencia de despliegue</translation>
    </message>
    <message>
        <source>Lead time from commit</source>
        <translation>Plazo desde el commit</translation>
    </message>
    <message>
        <source>Change failure rate</source>
        <translation>Tasa de cambios fallidos</translation>
    </message>
    <message>
        <source>Time to restore</source>
        <translation>Tiempo de recuperación</translation>
    </message>
    <message>
        <source>Rework rate</source>
        <translation>Tasa de retrabajo</translation>
    </message>
    <message>
        <source>a week</source>
        <comment>how often</comment>
        <translation>por semana</translation>
    </message>
    <message>
        <source>%1: %2. Enter shows what it was counted from.</source>
        <translation>%1: %2. Intro muestra a partir de qué se contó.</translation>
    </message>
</context>
<context>
    <name>analemma::ui::FiguresPage</name>
    <message>
        <source>When</source>
        <translation>Cuándo</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Qué</translation>
    </message>
    <message>
        <source>Release</source>
        <translation>Versión</translation>
    </message>
    <message>
        <source>Environment</source>
        <translation>Entorno</translation>
    </message>
    <message>
        <source>Repository</source>
        <translation>Repositorio</translation>
    </message>
    <message>
        <source>Commit</source>
        <translation>Commit</translation>
    </message>
    <message>
        <source>Commits</source>
        <translation>Commits</translation>
    </message>
    <message>
        <source>Lead time</source>
        <translation>Plazo</translation>
    </message>
    <message>
        <source>Restored in</source>
        <translation>Reparado en</translation>
    </message>
    <message>
        <source>rolled back</source>
        <translation>se volvió atrás</translation>
    </message>
    <message>
        <source>roll back failed</source>
        <translation>falló la vuelta atrás</translation>
    </message>
    <message>
        <source>taken back by itself</source>
        <translation>retirado por sí solo</translation>
    </message>
    <message>
        <source>taken back</source>
        <translation>retirado</translation>
    </message>
    <message>
        <source>live, mended a failed one</source>
        <translation>activo, reparó uno fallido</translation>
    </message>
    <message>
        <source>live</source>
        <translation>activo</translation>
    </message>
    <message>
        <source>Delivery figures</source>
        <translation>Cifras de entrega</translation>
    </message>
    <message>
        <source>Deploy a release, and the five numbers of delivery stand here.</source>
        <translation>Despliega una versión y aquí estarán los cinco números de la entrega.</translation>
    </message>
    <message>
        <source>How often, how fast, how often it fails, how soon it is mended, how much is mending: counted from your own deployments, and each number opens those that it was counted from.</source>
        <translation>Con qué frecuencia, con qué rapidez, cuántas veces falla, cuánto tarda en repararse, cuánto es reparación: contado a partir de tus propios despliegues, y cada número abre aquellos de los que se contó.</translation>
    </message>
    <message>
        <source>Go to Environments</source>
        <translation>Ir a Entornos</translation>
    </message>
    <message>
        <source>All servers</source>
        <translation>Todos los servidores</translation>
    </message>
    <message>
        <source>Delivery</source>
        <translation>Entrega</translation>
    </message>
    <message>
        <source>Save the deliveries as CSV…</source>
        <translation>Guardar las entregas como CSV…</translation>
    </message>
    <message>
        <source>Save figures and deliveries as JSON…</source>
        <translation>Guardar cifras y entregas como JSON…</translation>
    </message>
    <message>
        <source>Save the report of this period as HTML…</source>
        <translation>Guardar el informe de este periodo como HTML…</translation>
    </message>
    <message>
        <source>Save the report of this period as PDF…</source>
        <translation>Guardar el informe de este periodo como PDF…</translation>
    </message>
    <message>
        <source>Save as</source>
        <translation>Guardar como</translation>
    </message>
    <message>
        <source>7 days</source>
        <translation>7 días</translation>
    </message>
    <message>
        <source>30 days</source>
        <translation>30 días</translation>
    </message>
    <message>
        <source>90 days</source>
        <translation>90 días</translation>
    </message>
    <message>
        <source>A year</source>
        <translation>Un año</translation>
    </message>
    <message>
        <source>All</source>
        <comment>environments</comment>
        <translation>Todos</translation>
    </message>
    <message>
        <source>All</source>
        <comment>repositories</comment>
        <translation>Todos</translation>
    </message>
    <message>
        <source>Deployments and roll backs</source>
        <translation>Despliegues y vueltas atrás</translation>
    </message>
    <message>
        <source>Open operation</source>
        <translation>Abrir la operación</translation>
    </message>
    <message>
        <source>Show its commit</source>
        <translation>Mostrar su commit</translation>
    </message>
    <message>
        <source>Go to its environment</source>
        <translation>Ir a su entorno</translation>
    </message>
    <message>
        <source>reading…</source>
        <translation>leyendo…</translation>
    </message>
    <message>
        <source>%1 to %2, compared with as long a time before</source>
        <translation>Del %1 al %2, frente al periodo anterior</translation>
    </message>
    <message numerus="yes">
        <source>%n deployment(s) went live</source>
        <translation>
            <numerusform>%n despliegue se activó</numerusform>
            <numerusform>%n despliegues se activaron</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n commit(s) reached users</source>
        <translation>
            <numerusform>%n commit llegó a los usuarios</numerusform>
            <numerusform>%n commits llegaron a los usuarios</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of %1 deployments failed</source>
        <translation>
            <numerusform>falló %n de %1 despliegues</numerusform>
            <numerusform>fallaron %n de %1 despliegues</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n failed deployment(s) taken back or mended</source>
        <translation>
            <numerusform>%n despliegue fallido retirado o reparado</numerusform>
            <numerusform>%n despliegues fallidos retirados o reparados</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of %1 deployments mended a failed one</source>
        <translation>
            <numerusform>%n de %1 despliegues reparó uno fallido</numerusform>
            <numerusform>%n de %1 despliegues repararon uno fallido</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing was deployed in this time.</source>
        <translation>En este tiempo no se desplegó nada.</translation>
    </message>
    <message>
        <source>There is nothing of this kind in this time.</source>
        <translation>En este tiempo no hay nada de este tipo.</translation>
    </message>
    <message>
        <source>Choose a longer one, or all environments.</source>
        <translation>Elige uno más largo, o todos los entornos.</translation>
    </message>
    <message>
        <source>Saved: %1</source>
        <translation>Guardado: %1</translation>
    </message>
</context>
<context>
    <name>analemma::ui::FilePage</name>
    <message>
        <source>Path of the file</source>
        <translation>Ruta del archivo</translation>
    </message>
    <message>
        <source>Path of a file, from the top of the repository</source>
        <translation>Ruta de un archivo, desde la raíz del repositorio</translation>
    </message>
    <message>
        <source>History of the file</source>
        <translation>Historial del archivo</translation>
    </message>
    <message>
        <source>Type a path, or choose a file of a commit.</source>
        <translation>Escribe una ruta, o elige un archivo de un commit.</translation>
    </message>
    <message>
        <source>Reading the file…</source>
        <translation>Leyendo el archivo…</translation>
    </message>
    <message>
        <source>The file is empty.</source>
        <translation>El archivo está vacío.</translation>
    </message>
    <message>
        <source>Reading the history…</source>
        <translation>Leyendo el historial…</translation>
    </message>
    <message>
        <source>No commit has this file.</source>
        <translation>Ningún commit tiene este archivo.</translation>
    </message>
</context>
<context>
    <name>analemma::ui::FilePane</name>
    <message>
        <source>Try again</source>
        <translation>Reintentar</translation>
    </message>
    <message>
        <source>Show hidden files (Ctrl+H)</source>
        <translation>Mostrar archivos ocultos (Ctrl+H)</translation>
    </message>
    <message>
        <source>Left side</source>
        <translation>Lado izquierdo</translation>
    </message>
    <message>
        <source>Right side</source>
        <translation>Lado derecho</translation>
    </message>
    <message>
        <source>Folder above (Backspace)</source>
        <translation>Carpeta superior (Retroceso)</translation>
    </message>
    <message>
        <source>Read again (Ctrl+R)</source>
        <translation>Leer de nuevo (Ctrl+R)</translation>
    </message>
    <message>
        <source>Files on the left</source>
        <translation>Archivos a la izquierda</translation>
    </message>
    <message>
        <source>Files on the right</source>
        <translation>Archivos a la derecha</translation>
    </message>
    <message>
        <source>This folder is empty.</source>
        <translation>Esta carpeta está vacía.</translation>
    </message>
    <message>
        <source>This machine</source>
        <translation>Este equipo</translation>
    </message>
    <message>
        <source>That server is gone.</source>
        <translation>Ese servidor ya no está.</translation>
    </message>
    <message>
        <source>connecting…</source>
        <translation>conectando…</translation>
    </message>
    <message>
        <source>Only the first %1 are shown</source>
        <translation>Solo se muestran los primeros %1</translation>
    </message>
    <message numerus="yes">
        <source>%n names that no file can have were left out</source>
        <translation>
            <numerusform>Se omitió %n nombre que ningún archivo puede tener</numerusform>
            <numerusform>Se omitieron %n nombres que ningún archivo puede tener</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n entries</source>
        <translation>
            <numerusform>%n entrada</numerusform>
            <numerusform>%n entradas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>, %n hidden</source>
        <translation>
            <numerusform>, %n oculta</numerusform>
            <numerusform>, %n ocultas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>; %n selected</source>
        <translation>
            <numerusform>; %n seleccionada</numerusform>
            <numerusform>; %n seleccionadas</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>analemma::ui::FilesPage</name>
    <message>
        <source>A name is needed.</source>
        <translation>Hace falta un nombre.</translation>
    </message>
    <message>
        <source>New folder in %1</source>
        <translation>Carpeta nueva en %1</translation>
    </message>
    <message>
        <source>Name of the folder</source>
        <translation>Nombre de la carpeta</translation>
    </message>
    <message>
        <source>There is one of that name.</source>
        <translation>Ya hay una con ese nombre.</translation>
    </message>
    <message>
        <source>Make</source>
        <translation>Crear</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Rename or move %1 to</source>
        <translation>Renombrar o mover %1 a</translation>
    </message>
    <message>
        <source>Move %1 to the folder</source>
        <translation>Mover %1 a la carpeta</translation>
    </message>
    <message>
        <source>New name or path</source>
        <translation>Nombre o ruta nueva</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Carpeta</translation>
    </message>
    <message>
        <source>A whole path is needed.</source>
        <translation>Hace falta una ruta completa.</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Renombrar</translation>
    </message>
    <message>
        <source>%1/ and all that is in it</source>
        <translation>%1/ y todo lo que contiene</translation>
    </message>
    <message numerus="yes">
        <source>Delete %n entries of %1? A server has no trash: they are gone.</source>
        <translation>
            <numerusform>¿Eliminar %n entrada de %1? Un servidor no tiene papelera: se pierde.</numerusform>
            <numerusform>¿Eliminar %n entradas de %1? Un servidor no tiene papelera: se pierden.</numerusform>
        </translation>
    </message>
    <message>
        <source>Type %1 to delete</source>
        <translation>Escriba %1 para eliminar</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Eliminar</translation>
    </message>
    <message>
        <source>Keep them</source>
        <translation>Conservarlos</translation>
    </message>
    <message numerus="yes">
        <source>%n entries were deleted</source>
        <translation>
            <numerusform>Se eliminó %n entrada</numerusform>
            <numerusform>Se eliminaron %n entradas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n entries are in the trash now</source>
        <translation>
            <numerusform>%n entrada está ahora en la papelera</numerusform>
            <numerusform>%n entradas están ahora en la papelera</numerusform>
        </translation>
    </message>
    <message>
        <source>Permissions of %1</source>
        <translation>Permisos de %1</translation>
    </message>
    <message>
        <source>Three or four digits from 0 to 7, and two numbers.</source>
        <translation>Tres o cuatro cifras de 0 a 7, y dos números.</translation>
    </message>
    <message>
        <source>Set</source>
        <translation>Aplicar</translation>
    </message>
    <message>
        <source>Servers</source>
        <translation>Servidores</translation>
    </message>
    <message>
        <source>Stop editing %1? What was changed here is not on the server; it is thrown away.</source>
        <translation>¿Dejar de editar %1? Lo cambiado aquí no está en el servidor; se descarta.</translation>
    </message>
    <message>
        <source>Throw away</source>
        <translation>Descartar</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>Conservarlo</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Editar</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Copiar</translation>
    </message>
    <message>
        <source>New folder</source>
        <translation>Carpeta nueva</translation>
    </message>
    <message>
        <source>Permissions</source>
        <translation>Permisos</translation>
    </message>
    <message>
        <source>This side is not connected.</source>
        <translation>Este lado no está conectado.</translation>
    </message>
    <message>
        <source>Choose a file first.</source>
        <translation>Elija antes un archivo.</translation>
    </message>
    <message numerus="yes">
        <source>%n were refused; the first</source>
        <translation>
            <numerusform>%n fue rechazado; el primero</numerusform>
            <numerusform>%n fueron rechazados; el primero</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1: %n entries were left out; the row tells which</source>
        <translation>
            <numerusform>%1: se omitió %n entrada; la fila dice cuál</numerusform>
            <numerusform>%1: se omitieron %n entradas; la fila dice cuáles</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 is there already.</source>
        <translation>%1 ya está ahí.</translation>
    </message>
    <message>
        <source>there: %1
coming: %2</source>
        <translation>ahí: %1
llega: %2</translation>
    </message>
    <message>
        <source>The same for all that follow in this transfer</source>
        <translation>Lo mismo para lo que siga en esta transferencia</translation>
    </message>
    <message>
        <source>Keep both</source>
        <translation>Conservar ambos</translation>
    </message>
    <message>
        <source>Overwrite</source>
        <translation>Sobrescribir</translation>
    </message>
    <message>
        <source>Leave what is there</source>
        <translation>Dejar lo que hay</translation>
    </message>
</context>
<context>
    <name>analemma::ui::FindBar</name>
    <message>
        <source>Older match (Enter)</source>
        <translation>Coincidencia más antigua (Intro)</translation>
    </message>
    <message>
        <source>Newer match (Shift+Enter)</source>
        <translation>Coincidencia más nueva (Mayús+Intro)</translation>
    </message>
    <message>
        <source>Regular expression</source>
        <translation>Expresión regular</translation>
    </message>
    <message>
        <source>Match case</source>
        <translation>Distinguir mayúsculas</translation>
    </message>
    <message>
        <source>Find in the console</source>
        <translation>Buscar en la consola</translation>
    </message>
    <message>
        <source>Find</source>
        <translation>Buscar</translation>
    </message>
    <message>
        <source>Close (Esc)</source>
        <translation>Cerrar (Esc)</translation>
    </message>
    <message>
        <source>no expression</source>
        <translation>no es una expresión</translation>
    </message>
    <message>
        <source>%1 of %2%3</source>
        <translation>%1 de %2%3</translation>
    </message>
    <message>
        <source>searching</source>
        <translation>buscando</translation>
    </message>
    <message>
        <source>none</source>
        <translation>ninguna</translation>
    </message>
</context>
<context>
    <name>analemma::ui::FleetDesk</name>
    <message>
        <source>Saved the runbook %1</source>
        <translation>Runbook %1 guardado</translation>
    </message>
    <message>
        <source>The runbook %1 has another text than the one that you approved.</source>
        <translation>El runbook %1 tiene otro texto que el que aprobaste.</translation>
    </message>
    <message>
        <source>What changed: - approved before, + would run now</source>
        <translation>Qué ha cambiado: - aprobado antes, + se ejecutaría ahora</translation>
    </message>
</context>
<context>
    <name>analemma::ui::FleetPage</name>
    <message>
        <source>Earlier runs</source>
        <translation>Anteriores</translation>
    </message>
    <message>
        <source>Servers</source>
        <translation>Servidores</translation>
    </message>
    <message>
        <source>Choose servers at the left, and what is to run on them.</source>
        <translation>Elija a la izquierda los servidores y qué se ejecuta en ellos.</translation>
    </message>
    <message>
        <source>The preview shows the exact command for each one. It runs detached: a lost connection does not end it, and it is never run twice.</source>
        <translation>La vista previa muestra la orden exacta para cada uno. Se ejecuta desacoplada: una conexión perdida no la termina, y nunca se ejecuta dos veces.</translation>
    </message>
    <message>
        <source>What would be done</source>
        <translation>Qué se haría</translation>
    </message>
    <message>
        <source>The exact command</source>
        <translation>La orden exacta</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>Vista previa</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Todos</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Check now</source>
        <translation>Comprobar ahora</translation>
    </message>
    <message>
        <source>Run again where it failed</source>
        <translation>Repetir donde falló</translation>
    </message>
    <message>
        <source>Nothing is done before you press Run.</source>
        <translation>No se hace nada antes de pulsar Ejecutar.</translation>
    </message>
    <message>
        <source>%1 of %2 have ended</source>
        <translation>Han terminado %1 de %2</translation>
    </message>
    <message>
        <source>It is being ended.</source>
        <translation>Se está terminando.</translation>
    </message>
    <message>
        <source>Nothing was run on many servers yet.</source>
        <translation>Aún no se ha ejecutado nada en varios servidores.</translation>
    </message>
</context>
<context>
    <name>analemma::ui::FleetSetup</name>
    <message>
        <source>Stop at the first failure</source>
        <translation>Parar al primer fallo</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>Vista previa</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Ejecutar</translation>
    </message>
    <message>
        <source>Save as runbook…</source>
        <translation>Guardar…</translation>
    </message>
    <message>
        <source>Which servers</source>
        <translation>Qué servidores</translation>
    </message>
    <message>
        <source>tag=web  env=qa  web-*</source>
        <translation>tag=web  env=qa  web-*</translation>
    </message>
    <message>
        <source>Terms that all have to hold: tag=web, env=production, generation=3, source=made, or a name with * and ?. Several values are joined by commas.</source>
        <translation>Términos que deben cumplirse todos: tag=web, env=production, generation=3, source=made, o un nombre con * y ?. Varios valores se unen con comas.</translation>
    </message>
    <message>
        <source>Servers</source>
        <translation>Servidores</translation>
    </message>
    <message>
        <source>Runbook</source>
        <translation>Runbook</translation>
    </message>
    <message>
        <source>No runbook</source>
        <translation>Sin runbook</translation>
    </message>
    <message>
        <source>Command or script</source>
        <translation>Orden o script</translation>
    </message>
    <message>
        <source>systemctl restart {{service}}

or a script that begins with #!</source>
        <translation>systemctl restart {{service}}

o un script que empiece por #!</translation>
    </message>
    <message>
        <source>At a time</source>
        <translation>A la vez</translation>
    </message>
    <message>
        <source>So many servers at a time, 1 to 500</source>
        <translation>Cuántos servidores a la vez, de 1 a 500</translation>
    </message>
    <message>
        <source>Time limit of a server</source>
        <translation>Tiempo límite de un servidor</translation>
    </message>
    <message>
        <source>none</source>
        <translation>ninguno</translation>
    </message>
    <message>
        <source>30s, 5m, 1h: it is ended on a server after that</source>
        <translation>30s, 5m, 1h: pasado ese tiempo se termina en el servidor</translation>
    </message>
    <message>
        <source>After a failure it begins on no further server</source>
        <translation>Tras un fallo no empieza en ningún otro servidor</translation>
    </message>
    <message>
        <source>Time limit</source>
        <translation>Límite</translation>
    </message>
    <message>
        <source>Name of the runbook</source>
        <translation>Nombre del runbook</translation>
    </message>
    <message>
        <source>name, like restart-web</source>
        <translation>nombre, como reiniciar-web</translation>
    </message>
    <message>
        <source>What the runbook is for</source>
        <translation>Para qué sirve el runbook</translation>
    </message>
    <message>
        <source>what it is for</source>
        <translation>para qué sirve</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Guardar</translation>
    </message>
    <message>
        <source>None is saved yet.</source>
        <translation>Aún no hay ninguno guardado.</translation>
    </message>
    <message>
        <source>value, or secret:NAME</source>
        <translation>valor, o secret:NOMBRE</translation>
    </message>
    <message>
        <source>Say which servers, or press one of the groups.</source>
        <translation>Diga qué servidores, o pulse uno de los grupos.</translation>
    </message>
    <message>
        <source>No server fits.</source>
        <translation>Ningún servidor encaja.</translation>
    </message>
    <message>
        <source>The time limit is a duration like 30s or 5m.</source>
        <translation>El tiempo límite es una duración como 30s o 5m.</translation>
    </message>
    <message>
        <source>There is no command yet.</source>
        <translation>Aún no hay ninguna orden.</translation>
    </message>
    <message>
        <source>%1 has no value yet.</source>
        <translation>%1 aún no tiene valor.</translation>
    </message>
    <message numerus="yes">
        <source>%n servers</source>
        <translation>
            <numerusform>%n servidor</numerusform>
            <numerusform>%n servidores</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of them of production</source>
        <translation>
            <numerusform>%n de ellos de producción</numerusform>
            <numerusform>%n de ellos de producción</numerusform>
        </translation>
    </message>
    <message>
        <source>One is under way. It is shown at the right.</source>
        <translation>Hay una en curso. Se muestra a la derecha.</translation>
    </message>
    <message>
        <source>Servers of production are among them: look at the preview first.</source>
        <translation>Hay servidores de producción entre ellos: mire antes la vista previa.</translation>
    </message>
    <message>
        <source>The text of the runbook is not approved yet.</source>
        <translation>El texto del runbook aún no está aprobado.</translation>
    </message>
</context>
<context>
    <name>analemma::ui::GitDesk</name>
    <message>
        <source>A name is needed.</source>
        <translation>Hace falta un nombre.</translation>
    </message>
    <message>
        <source>No spaces in a name.</source>
        <translation>Un nombre no lleva espacios.</translation>
    </message>
    <message>
        <source>A name does not begin with &apos;-&apos;.</source>
        <translation>Un nombre no empieza por &apos;-&apos;.</translation>
    </message>
    <message>
        <source>The name is too long.</source>
        <translation>El nombre es demasiado largo.</translation>
    </message>
    <message>
        <source>New branch at %1</source>
        <translation>Rama nueva en %1</translation>
    </message>
    <message>
        <source>Name of the branch</source>
        <translation>Nombre de la rama</translation>
    </message>
    <message>
        <source>Switch to it</source>
        <translation>Cambiar a ella</translation>
    </message>
    <message>
        <source>Make branch</source>
        <translation>Crear rama</translation>
    </message>
    <message>
        <source>Made %1 and switched to it.</source>
        <translation>Se creó %1 y se cambió a ella.</translation>
    </message>
    <message>
        <source>Made the branch %1 at %2.</source>
        <translation>Creada la rama %1 en %2.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>New tag at %1</source>
        <translation>Etiqueta nueva en %1</translation>
    </message>
    <message>
        <source>Name of the tag</source>
        <translation>Nombre de la etiqueta</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Mensaje</translation>
    </message>
    <message>
        <source>Make tag</source>
        <translation>Crear etiqueta</translation>
    </message>
    <message>
        <source>Made the tag %1.</source>
        <translation>Creada la etiqueta %1.</translation>
    </message>
    <message>
        <source>The files are those of %1; no branch is checked out.</source>
        <translation>Los archivos son los de %1; ninguna rama es la actual.</translation>
    </message>
    <message>
        <source>Switched to %1.</source>
        <translation>Se cambió a %1.</translation>
    </message>
    <message>
        <source>Rename %1 to</source>
        <translation>Renombrar %1 a</translation>
    </message>
    <message>
        <source>New name</source>
        <translation>Nombre nuevo</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Renombrar</translation>
    </message>
    <message>
        <source>%1 is called %2 now.</source>
        <translation>%1 se llama ahora %2.</translation>
    </message>
    <message>
        <source>Deleted the tag %1 (was at %2).</source>
        <translation>Eliminada la etiqueta %1 (estaba en %2).</translation>
    </message>
    <message>
        <source>Deleted the branch %1 (was at %2).</source>
        <translation>Eliminada la rama %1 (estaba en %2).</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
    <message>
        <source>%1 is back.</source>
        <translation>%1 está de vuelta.</translation>
    </message>
    <message>
        <source>Back at %1.</source>
        <translation>De vuelta en %1.</translation>
    </message>
    <message>
        <source>Everything is back.</source>
        <translation>Todo está de vuelta.</translation>
    </message>
    <message>
        <source>It is all there already; nothing was changed.</source>
        <translation>Ya está todo ahí; no se cambió nada.</translation>
    </message>
    <message numerus="yes">
        <source>Stopped: %n file(s) are in conflict. Resolve them under Changes, or abort.</source>
        <translation>
            <numerusform>Detenido: %n archivo está en conflicto. Resuélvelo en Cambios, o aborta.</numerusform>
            <numerusform>Detenido: %n archivos están en conflicto. Resuélvelos en Cambios, o aborta.</numerusform>
        </translation>
    </message>
    <message>
        <source>what is checked out</source>
        <translation>lo actual</translation>
    </message>
    <message>
        <source>%1 holds all of %2 already.</source>
        <translation>%1 ya contiene todo lo de %2.</translation>
    </message>
    <message>
        <source>Merge %1 into %2</source>
        <translation>Fusionar %1 en %2</translation>
    </message>
    <message>
        <source>%1 only moves forward to %2; no merge commit is needed.</source>
        <translation>%1 solo avanza hasta %2; no hace falta un commit de fusión.</translation>
    </message>
    <message>
        <source>The two have no commit in common.</source>
        <translation>No tienen ningún commit en común.</translation>
    </message>
    <message>
        <source>A merge commit; no conflicts.</source>
        <translation>Un commit de fusión; sin conflictos.</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) will be in conflict:</source>
        <translation>
            <numerusform>%n archivo quedará en conflicto:</numerusform>
            <numerusform>%n archivos quedarán en conflicto:</numerusform>
        </translation>
    </message>
    <message>
        <source>A merge commit all the same</source>
        <translation>Un commit de fusión de todos modos</translation>
    </message>
    <message>
        <source>Merge all the same</source>
        <translation>Fusionar de todos modos</translation>
    </message>
    <message>
        <source>Merge</source>
        <translation>Fusionar</translation>
    </message>
    <message>
        <source>Merged %1.</source>
        <translation>Se fusionó %1.</translation>
    </message>
    <message>
        <source>It stands on %1 already.</source>
        <translation>Ya está sobre %1.</translation>
    </message>
    <message>
        <source>Rebase %1 onto %2</source>
        <translation>Hacer rebase de %1 sobre %2</translation>
    </message>
    <message numerus="yes">
        <source>%n commit(s) are made anew, oldest first:</source>
        <translation>
            <numerusform>Se rehace %n commit, primero el más antiguo:</numerusform>
            <numerusform>Se rehacen %n commits, primero los más antiguos:</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n commit(s) are left out: merges, and what is there already.</source>
        <translation>
            <numerusform>Se omite %n commit: fusiones, y lo que ya está ahí.</numerusform>
            <numerusform>Se omiten %n commits: fusiones, y lo que ya está ahí.</numerusform>
        </translation>
    </message>
    <message>
        <source>Rebase</source>
        <translation>Rebase</translation>
    </message>
    <message>
        <source>Rebased %1 onto %2.</source>
        <translation>Hecho el rebase de %1 sobre %2.</translation>
    </message>
    <message>
        <source>Picked %1.</source>
        <translation>Se tomó %1.</translation>
    </message>
    <message>
        <source>Reverted %1.</source>
        <translation>Se revirtió %1.</translation>
    </message>
    <message>
        <source>HEAD</source>
        <translation>HEAD</translation>
    </message>
    <message>
        <source>Move %1 to %2</source>
        <translation>Mover %1 a %2</translation>
    </message>
    <message>
        <source>Keep everything: files and what is staged stay as they are.
Keep files: files stay, nothing is staged.
Throw changes away: files become those of the commit; what they held is saved, for Undo.</source>
        <translation>Conservar todo: los archivos y lo preparado se quedan como están.
Conservar archivos: los archivos se quedan, no hay nada preparado.
Descartar los cambios: los archivos pasan a ser los del commit; lo que contenían se guarda, para Deshacer.</translation>
    </message>
    <message>
        <source>Moved from %1 to %2.</source>
        <translation>Movido de %1 a %2.</translation>
    </message>
    <message>
        <source>Keep files</source>
        <translation>Conservar archivos</translation>
    </message>
    <message>
        <source>Keep everything</source>
        <translation>Conservar todo</translation>
    </message>
    <message>
        <source>Throw changes away</source>
        <translation>Descartar los cambios</translation>
    </message>
    <message>
        <source>Finished.</source>
        <translation>Terminado.</translation>
    </message>
    <message>
        <source>Left out, and finished.</source>
        <translation>Omitido, y terminado.</translation>
    </message>
    <message>
        <source>Aborted: everything is as it was before.</source>
        <translation>Abortado: todo está como antes.</translation>
    </message>
    <message>
        <source>New work tree: check out a branch in a folder</source>
        <translation>Nuevo árbol de trabajo: extraer una rama en una carpeta</translation>
    </message>
    <message>
        <source>Work tree for %1</source>
        <translation>Árbol de trabajo para %1</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Carpeta</translation>
    </message>
    <message>
        <source>Branch</source>
        <translation>Rama</translation>
    </message>
    <message>
        <source>A text is needed.</source>
        <translation>Hace falta un texto.</translation>
    </message>
    <message>
        <source>Make work tree</source>
        <translation>Crear árbol de trabajo</translation>
    </message>
    <message>
        <source>%1 is checked out in %2.</source>
        <translation>%1 está extraída en %2.</translation>
    </message>
    <message>
        <source>Forgot the work tree %1.</source>
        <translation>Se olvidó el árbol de trabajo %1.</translation>
    </message>
    <message>
        <source>Removed the work tree %1.</source>
        <translation>Se quitó el árbol de trabajo %1.</translation>
    </message>
    <message>
        <source>Remove the work tree %1</source>
        <translation>Quitar el árbol de trabajo %1</translation>
    </message>
    <message>
        <source>No branch is checked out there: commits that are on no branch can then be found by their ids alone. It was at %1.</source>
        <translation>Allí no hay ninguna rama extraída: los commits que no están en ninguna rama solo se encontrarán por su identificador. Estaba en %1.</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Quitar</translation>
    </message>
</context>
<context>
    <name>analemma::ui::GroupView</name>
    <message>
        <source>State</source>
        <translation>Estado</translation>
    </message>
    <message>
        <source>What they said</source>
        <translation>Qué dijeron</translation>
    </message>
    <message>
        <source>Only what differs from the largest group</source>
        <translation>Solo lo que difiere del grupo mayor</translation>
    </message>
    <message>
        <source>Servers by what they said</source>
        <translation>Servidores según lo que dijeron</translation>
    </message>
    <message>
        <source>No server has ended yet.</source>
        <translation>Aún no ha terminado ningún servidor.</translation>
    </message>
    <message>
        <source>Output</source>
        <translation>Salida</translation>
    </message>
    <message>
        <source>Output of the chosen servers</source>
        <translation>Salida de los servidores elegidos</translation>
    </message>
    <message>
        <source>They wrote nothing.</source>
        <translation>No escribieron nada.</translation>
    </message>
    <message>
        <source>%1, so far</source>
        <translation>%1, hasta ahora</translation>
    </message>
    <message>
        <source>Cut off: %1 of %2 are kept.</source>
        <translation>Recortada: se guardan %1 de %2.</translation>
    </message>
    <message>
        <source>Choose a group that said something else.</source>
        <translation>Elija un grupo que dijera otra cosa.</translation>
    </message>
</context>
<context>
    <name>analemma::ui::HistoryPage</name>
    <message>
        <source>%1: rolled back</source>
        <translation>%1: se volvió atrás</translation>
    </message>
    <message>
        <source>%1: warm</source>
        <translation>%1: en reserva</translation>
    </message>
    <message>
        <source>release %1</source>
        <translation>versión %1</translation>
    </message>
    <message>
        <source>baked</source>
        <translation>imagen creada</translation>
    </message>
    <message>
        <source>built</source>
        <translation>compilado</translation>
    </message>
    <message>
        <source>build failed</source>
        <translation>compilación fallida</translation>
    </message>
    <message>
        <source>building</source>
        <translation>compilando</translation>
    </message>
    <message>
        <source>Reading the history…</source>
        <translation>Leyendo el historial…</translation>
    </message>
    <message>
        <source>Search the history</source>
        <translation>Buscar en el historial</translation>
    </message>
    <message>
        <source>Search the history, or a commit&apos;s id</source>
        <translation>Buscar en el historial, o el id de un commit</translation>
    </message>
    <message>
        <source>Search in</source>
        <translation>Buscar en</translation>
    </message>
    <message>
        <source>in messages</source>
        <translation>en los mensajes</translation>
    </message>
    <message>
        <source>by author</source>
        <translation>por autor</translation>
    </message>
    <message>
        <source>of a file or folder</source>
        <translation>de un archivo o carpeta</translation>
    </message>
    <message>
        <source>adds or removes the text</source>
        <translation>añade o quita el texto</translation>
    </message>
    <message>
        <source>in changed lines</source>
        <translation>en las líneas cambiadas</translation>
    </message>
    <message>
        <source>Branch</source>
        <translation>Rama</translation>
    </message>
    <message>
        <source>All branches</source>
        <translation>Todas las ramas</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Historial</translation>
    </message>
    <message>
        <source>New branch here…</source>
        <translation>Rama nueva aquí…</translation>
    </message>
    <message>
        <source>New tag here…</source>
        <translation>Etiqueta nueva aquí…</translation>
    </message>
    <message>
        <source>Pick onto what is checked out</source>
        <translation>Tomar sobre lo actual</translation>
    </message>
    <message>
        <source>Revert</source>
        <translation>Revertir</translation>
    </message>
    <message>
        <source>Move the branch here…</source>
        <translation>Mover la rama aquí…</translation>
    </message>
    <message>
        <source>Compare with what is checked out</source>
        <translation>Comparar con lo actual</translation>
    </message>
    <message>
        <source>The history cannot be read.</source>
        <translation>No se puede leer el historial.</translation>
    </message>
    <message>
        <source>There is no commit yet.</source>
        <translation>Todavía no hay ningún commit.</translation>
    </message>
    <message>
        <source>%1, on %2</source>
        <translation>%1, en %2</translation>
    </message>
    <message numerus="yes">
        <source>%n found…</source>
        <translation>
            <numerusform>%n encontrado…</numerusform>
            <numerusform>%n encontrados…</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>the first %n</source>
        <translation>
            <numerusform>solo el primero (%n)</numerusform>
            <numerusform>los primeros %n</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n found</source>
        <translation>
            <numerusform>%n encontrado</numerusform>
            <numerusform>%n encontrados</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing found.</source>
        <translation>No se encontró nada.</translation>
    </message>
    <message>
        <source>The repository cannot be opened.</source>
        <translation>No se puede abrir el repositorio.</translation>
    </message>
</context>
<context>
    <name>analemma::ui::HistoryView</name>
    <message>
        <source>History</source>
        <translation>Historial</translation>
    </message>
    <message numerus="yes">
        <source>%n more</source>
        <translation>
            <numerusform>%n más</numerusform>
            <numerusform>%n más</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>analemma::ui::HostKeyPanel</name>
    <message>
        <source>The host key of %1 is known.</source>
        <translation>Se conoce la clave de host de %1.</translation>
    </message>
    <message>
        <source>No host key of %1 is recorded yet.</source>
        <translation>Aún no hay ninguna clave de host de %1 registrada.</translation>
    </message>
    <message>
        <source>The host key of %1 is not the recorded one.</source>
        <translation>La clave de host de %1 no es la registrada.</translation>
    </message>
    <message>
        <source>The host key of %1 is marked as revoked.</source>
        <translation>La clave de host de %1 está marcada como revocada.</translation>
    </message>
    <message>
        <source>%1 is recorded by a certificate authority.</source>
        <translation>%1 está registrado por una autoridad de certificación.</translation>
    </message>
    <message>
        <source>Connect again.</source>
        <translation>Conecta de nuevo.</translation>
    </message>
    <message>
        <source>Compare the fingerprint with one from the server&apos;s console or a colleague&apos;s record. Nothing was sent to it so far.</source>
        <translation>Compara la huella con la de la consola del servidor o la del registro de un colega. Hasta ahora no se le ha enviado nada.</translation>
    </message>
    <message>
        <source>It was made here with another key, so no other one is taken. Do not use it: destroy it and make a new one.</source>
        <translation>Se creó aquí con otra clave, así que no se acepta ninguna más. No lo uses: destrúyelo y crea uno nuevo.</translation>
    </message>
    <message>
        <source>Somebody may stand in between, or the server was rebuilt. Compare the fingerprint on the server&apos;s console before you replace the record. Nothing was sent to it.</source>
        <translation>Puede que alguien esté en medio, o que el servidor se haya reinstalado. Compara la huella en la consola del servidor antes de sustituir el registro. No se le ha enviado nada.</translation>
    </message>
    <message>
        <source>Do not use this server until its key is made new.</source>
        <translation>No uses este servidor hasta que se renueve su clave.</translation>
    </message>
    <message>
        <source>Use the system&apos;s OpenSSH for this server.</source>
        <translation>Usa el OpenSSH del sistema para este servidor.</translation>
    </message>
    <message>
        <source>Trust this key</source>
        <translation>Confiar en esta clave</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Host key of %1</source>
        <translation>Clave de host de %1</translation>
    </message>
    <message>
        <source>%1, key type %2</source>
        <translation>%1, tipo de clave %2</translation>
    </message>
    <message>
        <source>known since it was made</source>
        <translation>conocida desde que se creó</translation>
    </message>
    <message>
        <source>Recorded (%1)</source>
        <translation>Registrada (%1)</translation>
    </message>
    <message>
        <source>The server shows</source>
        <translation>El servidor muestra</translation>
    </message>
    <message>
        <source>Fingerprint</source>
        <translation>Huella</translation>
    </message>
    <message>
        <source>It would be recorded in %1.</source>
        <translation>Se registraría en %1.</translation>
    </message>
    <message>
        <source>Type %1 to replace the record</source>
        <translation>Escribe %1 para sustituir el registro</translation>
    </message>
    <message>
        <source>Replace the record</source>
        <translation>Sustituir el registro</translation>
    </message>
    <message>
        <source>Type the server&apos;s name first.</source>
        <translation>Escribe antes el nombre del servidor.</translation>
    </message>
</context>
<context>
    <name>analemma::ui::HostPage</name>
    <message>
        <source>Processors</source>
        <translation>Procesadores</translation>
    </message>
    <message>
        <source>user</source>
        <translation>usuario</translation>
    </message>
    <message>
        <source>system</source>
        <translation>sistema</translation>
    </message>
    <message>
        <source>interrupts</source>
        <translation>interrupciones</translation>
    </message>
    <message>
        <source>stolen</source>
        <translation>robado</translation>
    </message>
    <message>
        <source>low priority</source>
        <translation>prioridad baja</translation>
    </message>
    <message>
        <source>Memory used</source>
        <translation>Memoria usada</translation>
    </message>
    <message>
        <source>memory</source>
        <translation>memoria</translation>
    </message>
    <message>
        <source>processors</source>
        <translation>procesadores</translation>
    </message>
    <message>
        <source>disks</source>
        <translation>discos</translation>
    </message>
    <message>
        <source>Load</source>
        <translation>Carga</translation>
    </message>
    <message>
        <source>1 min</source>
        <translation>1 min</translation>
    </message>
    <message>
        <source>5 min</source>
        <translation>5 min</translation>
    </message>
    <message>
        <source>15 min</source>
        <translation>15 min</translation>
    </message>
    <message>
        <source>Space used on disks</source>
        <translation>Espacio usado en discos</translation>
    </message>
    <message>
        <source>Disks busy</source>
        <translation>Discos ocupados</translation>
    </message>
    <message>
        <source>Disks: read and written</source>
        <translation>Discos: leído y escrito</translation>
    </message>
    <message>
        <source>read</source>
        <translation>leído</translation>
    </message>
    <message>
        <source>written</source>
        <translation>escrito</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Red</translation>
    </message>
    <message>
        <source>in</source>
        <translation>entrada</translation>
    </message>
    <message>
        <source>out</source>
        <translation>salida</translation>
    </message>
    <message>
        <source>Connections</source>
        <translation>Conexiones</translation>
    </message>
    <message>
        <source>TCP in use</source>
        <translation>TCP en uso</translation>
    </message>
    <message>
        <source>TCP closing</source>
        <translation>TCP cerrándose</translation>
    </message>
    <message>
        <source>UDP</source>
        <translation>UDP</translation>
    </message>
    <message>
        <source>Answer of the server to our question</source>
        <translation>Respuesta del servidor a nuestra pregunta</translation>
    </message>
    <message>
        <source>round trip</source>
        <translation>ida y vuelta</translation>
    </message>
    <message>
        <source>All servers</source>
        <translation>Todos los servidores</translation>
    </message>
    <message>
        <source>Nothing was told of it yet.</source>
        <translation>Aún no se sabe nada de esto.</translation>
    </message>
    <message>
        <source>%1 in %2</source>
        <comment>a server in an environment</comment>
        <translation>%1 en %2</translation>
    </message>
    <message>
        <source>Figures of %1</source>
        <translation>Cifras de %1</translation>
    </message>
    <message>
        <source>up for %1</source>
        <translation>en marcha desde hace %1</translation>
    </message>
    <message>
        <source>a restart is due</source>
        <translation>pendiente de reinicio</translation>
    </message>
    <message numerus="yes">
        <source>%n unit(s) failed</source>
        <translation>
            <numerusform>%n unidad fallida</numerusform>
            <numerusform>%n unidades fallidas</numerusform>
        </translation>
    </message>
    <message>
        <source>Processes</source>
        <translation>Procesos</translation>
    </message>
    <message>
        <source>What runs there, the busiest first</source>
        <translation>Qué se ejecuta ahí, lo más ocupado primero</translation>
    </message>
    <message>
        <source>as it was on %1</source>
        <translation>como estaba el %1</translation>
    </message>
    <message>
        <source>Processes are not kept. Go back to now to see them.</source>
        <translation>Los procesos no se guardan. Vuelve al presente para verlos.</translation>
    </message>
    <message>
        <source>disk wait</source>
        <translation>espera de disco</translation>
    </message>
    <message>
        <source>Waiting for resources</source>
        <translation>Espera por recursos</translation>
    </message>
</context>
<context>
    <name>analemma::ui::HostWall</name>
    <message>
        <source>Server</source>
        <translation>Servidor</translation>
    </message>
    <message>
        <source>Environment</source>
        <translation>Entorno</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Estado</translation>
    </message>
    <message>
        <source>CPU</source>
        <translation>CPU</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Memoria</translation>
    </message>
    <message>
        <source>Fullest disk</source>
        <translation>Disco más lleno</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Red</translation>
    </message>
    <message>
        <source>Load</source>
        <translation>Carga</translation>
    </message>
    <message>
        <source>Alerts</source>
        <translation>Alertas</translation>
    </message>
    <message>
        <source>As of</source>
        <translation>Hace</translation>
    </message>
    <message>
        <source>Servers, worst first</source>
        <translation>Servidores, los peores primero</translation>
    </message>
    <message>
        <source>No server is watched.</source>
        <translation>No se vigila ningún servidor.</translation>
    </message>
    <message>
        <source>Add a server, and its figures stand here a second later.</source>
        <translation>Añada un servidor y sus cifras estarán aquí un segundo después.</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Abrir</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Todos</translation>
    </message>
    <message>
        <source>Critical</source>
        <translation>Críticos</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Avisos</translation>
    </message>
    <message>
        <source>Unknown</source>
        <translation>Desconocidos</translation>
    </message>
    <message>
        <source>not known</source>
        <translation>no se sabe</translation>
    </message>
    <message>
        <source>critical: %1 %2</source>
        <translation>crítico: %1 %2</translation>
    </message>
    <message>
        <source>warning: %1 %2</source>
        <translation>aviso: %1 %2</translation>
    </message>
    <message>
        <source>Its alerts</source>
        <translation>Sus alertas</translation>
    </message>
</context>
<context>
    <name>analemma::ui::IncidentPage</name>
    <message>
        <source>When</source>
        <translation>Cuándo</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>Quién</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Qué</translation>
    </message>
    <message>
        <source>Roll back</source>
        <translation>Volver atrás</translation>
    </message>
    <message>
        <source>Close the incident…</source>
        <translation>Cerrar el incidente…</translation>
    </message>
    <message>
        <source>Open the alert</source>
        <translation>Abrir la alerta</translation>
    </message>
    <message>
        <source>Open the change</source>
        <translation>Abrir el cambio</translation>
    </message>
    <message>
        <source>Add note</source>
        <translation>Añadir nota</translation>
    </message>
    <message>
        <source>What was measured</source>
        <translation>Qué se midió</translation>
    </message>
    <message>
        <source>Logs</source>
        <translation>Registros</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Nota</translation>
    </message>
    <message>
        <source>What you saw or did</source>
        <translation>Qué has visto o hecho</translation>
    </message>
    <message>
        <source>Logs that were kept</source>
        <translation>Registros guardados</translation>
    </message>
    <message>
        <source>What happened, in order</source>
        <translation>Qué pasó, por orden</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
    <message>
        <source>open</source>
        <translation>abierto</translation>
    </message>
    <message>
        <source>closed</source>
        <translation>cerrado</translation>
    </message>
    <message>
        <source>Incident %1: %2</source>
        <translation>Incidente %1: %2</translation>
    </message>
    <message>
        <source>Incident %1, taken by %2 %3.</source>
        <translation>Incidente %1, asumido por %2 %3.</translation>
    </message>
    <message>
        <source>Closed after %1.</source>
        <translation>Cerrado tras %1.</translation>
    </message>
    <message>
        <source>Before it: %1, %2.</source>
        <translation>Antes de él: %1, %2.</translation>
    </message>
    <message>
        <source>Roll back to %1</source>
        <translation>Volver a %1</translation>
    </message>
    <message>
        <source>It is not known yet what runs there.</source>
        <translation>Aún no se sabe qué funciona ahí.</translation>
    </message>
    <message>
        <source>taken</source>
        <translation>asumido</translation>
    </message>
    <message numerus="yes">
        <source>%n kept charts</source>
        <translation>
            <numerusform>%n gráfico guardado</numerusform>
            <numerusform>%n gráficos guardados</numerusform>
        </translation>
    </message>
    <message>
        <source>A closed incident takes no more notes.</source>
        <translation>Un incidente cerrado ya no admite notas.</translation>
    </message>
    <message>
        <source>What it was, and what was done</source>
        <translation>Qué fue y qué se hizo</translation>
    </message>
    <message>
        <source>Close the incident</source>
        <translation>Cerrar el incidente</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
</context>
<context>
    <name>analemma::ui::IndexOffer</name>
    <message>
        <source>Keep an index file of this history</source>
        <translation>Mantener un archivo de índice de este historial</translation>
    </message>
    <message>
        <source>Write the index</source>
        <translation>Escribir el índice</translation>
    </message>
    <message>
        <source>Not here</source>
        <translation>Aquí no</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Detener</translation>
    </message>
    <message>
        <source>Git writes its commit-graph file of this repository now, and again in the background whenever it falls behind. Nothing else is changed.</source>
        <translation>Git escribe ahora su archivo commit-graph de este repositorio, y de nuevo en segundo plano cuando se quede atrás. No se cambia nada más.</translation>
    </message>
    <message numerus="yes">
        <source>This history of %n commits has no index file, so it comes slowly.</source>
        <translation>
            <numerusform>Este historial de %n commit no tiene archivo de índice y por eso llega despacio.</numerusform>
            <numerusform>Este historial de %n commits no tiene archivo de índice y por eso llega despacio.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The index file of this history lacks %n commits, so it comes slowly.</source>
        <translation>
            <numerusform>Al archivo de índice de este historial le falta %n commit y por eso llega despacio.</numerusform>
            <numerusform>Al archivo de índice de este historial le faltan %n commits y por eso llega despacio.</numerusform>
        </translation>
    </message>
    <message>
        <source>Git is writing the index file of this history…</source>
        <translation>Git está escribiendo el archivo de índice de este historial…</translation>
    </message>
    <message numerus="yes">
        <source>The index file holds %n commits: this history comes at once now.</source>
        <translation>
            <numerusform>El archivo de índice contiene %n commit: este historial llega ahora al instante.</numerusform>
            <numerusform>El archivo de índice contiene %n commits: este historial llega ahora al instante.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>analemma::ui::JobGraph</name>
    <message>
        <source>Jobs</source>
        <translation>Trabajos</translation>
    </message>
    <message>
        <source>   %1/%2 tests</source>
        <translation>   %1/%2 pruebas</translation>
    </message>
</context>
<context>
    <name>analemma::ui::KeyCard</name>
    <message>
        <source>security key</source>
        <translation>llave de seguridad</translation>
    </message>
    <message>
        <source>certificate</source>
        <translation>certificado</translation>
    </message>
    <message>
        <source>not known</source>
        <translation>no se sabe</translation>
    </message>
    <message>
        <source>Copy public key</source>
        <translation>Copiar la clave pública</translation>
    </message>
    <message>
        <source>Close to others</source>
        <translation>Cerrar a los demás</translation>
    </message>
    <message>
        <source>Put on servers…</source>
        <translation>Poner en servidores…</translation>
    </message>
    <message>
        <source>chmod 0600: nobody but you can read it</source>
        <translation>chmod 0600: solo usted puede leerla</translation>
    </message>
    <message>
        <source>Key %1</source>
        <translation>Clave %1</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Tipo</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Archivo</translation>
    </message>
    <message>
        <source>Fingerprint</source>
        <translation>Huella</translation>
    </message>
    <message>
        <source>Comment</source>
        <translation>Comentario</translation>
    </message>
    <message>
        <source>Private half</source>
        <translation>Mitad privada</translation>
    </message>
    <message>
        <source>not in a file</source>
        <translation>no está en un archivo</translation>
    </message>
    <message>
        <source>with a passphrase</source>
        <translation>con frase de paso</translation>
    </message>
    <message>
        <source>without a passphrase</source>
        <translation>sin frase de paso</translation>
    </message>
    <message>
        <source>Agent</source>
        <translation>Agente</translation>
    </message>
    <message>
        <source>holds it</source>
        <translation>la tiene</translation>
    </message>
    <message>
        <source>does not hold it</source>
        <translation>no la tiene</translation>
    </message>
    <message>
        <source>Transport</source>
        <translation>Transporte</translation>
    </message>
    <message>
        <source>Its public half is not known without the passphrase.</source>
        <translation>Su mitad pública no se conoce sin la frase de paso.</translation>
    </message>
    <message>
        <source>Its private half does not lie in a file: there would be no proof that it lets you in.</source>
        <translation>Su mitad privada no está en un archivo: no habría prueba de que le deja entrar.</translation>
    </message>
</context>
<context>
    <name>analemma::ui::KeyChangePage</name>
    <message>
        <source>Put a key on servers</source>
        <translation>Poner una clave en servidores</translation>
    </message>
    <message>
        <source>Servers</source>
        <translation>Servidores</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Todos</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Ninguno</translation>
    </message>
    <message>
        <source>Take out</source>
        <translation>Quitar</translation>
    </message>
    <message>
        <source>Put %1 on servers</source>
        <translation>Poner %1 en servidores</translation>
    </message>
    <message>
        <source>none: other keys stay</source>
        <translation>ninguna: las demás claves se quedan</translation>
    </message>
    <message numerus="yes">
        <source>%n servers chosen</source>
        <translation>
            <numerusform>%n servidor elegido</numerusform>
            <numerusform>%n servidores elegidos</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>analemma::ui::KeysPage</name>
    <message>
        <source>Key</source>
        <translation>Clave</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Tipo</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Estado</translation>
    </message>
    <message>
        <source>Agent</source>
        <translation>Agente</translation>
    </message>
    <message>
        <source>Fingerprint</source>
        <translation>Huella</translation>
    </message>
    <message>
        <source>Comment</source>
        <translation>Comentario</translation>
    </message>
    <message>
        <source>public half</source>
        <translation>mitad pública</translation>
    </message>
    <message>
        <source>passphrase</source>
        <translation>frase de paso</translation>
    </message>
    <message>
        <source>no passphrase</source>
        <translation>sin frase de paso</translation>
    </message>
    <message>
        <source>held</source>
        <translation>la tiene</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Claves</translation>
    </message>
    <message>
        <source>SSH keys</source>
        <translation>Claves SSH</translation>
    </message>
    <message>
        <source>Servers</source>
        <translation>Servidores</translation>
    </message>
    <message>
        <source>New key…</source>
        <translation>Clave nueva…</translation>
    </message>
    <message>
        <source>No key lies in %1.</source>
        <translation>No hay ninguna clave en %1.</translation>
    </message>
    <message>
        <source>A key lets you in to servers without a password.</source>
        <translation>Una clave le deja entrar en servidores sin contraseña.</translation>
    </message>
    <message>
        <source>Open key</source>
        <translation>Abrir la clave</translation>
    </message>
    <message>
        <source>No agent runs.</source>
        <translation>No hay ningún agente en marcha.</translation>
    </message>
    <message numerus="yes">
        <source>The agent holds %n of them.</source>
        <translation>
            <numerusform>El agente tiene %n de ellas.</numerusform>
            <numerusform>El agente tiene %n de ellas.</numerusform>
        </translation>
    </message>
    <message>
        <source>Copied the public half of %1</source>
        <translation>Copiada la mitad pública de %1</translation>
    </message>
    <message>
        <source>There is no workspace open; nothing was done.</source>
        <translation>No hay ningún espacio de trabajo abierto; no se hizo nada.</translation>
    </message>
    <message>
        <source>There is no workspace open.</source>
        <translation>No hay ningún espacio de trabajo abierto.</translation>
    </message>
</context>
<context>
    <name>analemma::ui::LogPage</name>
    <message>
        <source>connecting</source>
        <translation>conectando</translation>
    </message>
    <message>
        <source>live</source>
        <translation>en directo</translation>
    </message>
    <message>
        <source>gone, tries again</source>
        <translation>perdido, reintentando</translation>
    </message>
    <message>
        <source>refused</source>
        <translation>rechazado</translation>
    </message>
    <message>
        <source>not followed</source>
        <translation>sin seguir</translation>
    </message>
    <message>
        <source>All servers</source>
        <translation>Todos los servidores</translation>
    </message>
    <message>
        <source>Follow</source>
        <translation>Seguir</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pausa</translation>
    </message>
    <message>
        <source>Nothing was written yet.</source>
        <translation>Aún no se ha escrito nada.</translation>
    </message>
    <message>
        <source>What is read</source>
        <translation>Qué se lee</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Archivo</translation>
    </message>
    <message>
        <source>Journal</source>
        <translation>Journal</translation>
    </message>
    <message>
        <source>Full path of the log there</source>
        <translation>Ruta completa del registro en el servidor</translation>
    </message>
    <message>
        <source>Unit of the journal; empty: all</source>
        <translation>Unidad del journal; vacío: todas</translation>
    </message>
    <message>
        <source>/var/log/syslog</source>
        <translation>/var/log/syslog</translation>
    </message>
    <message>
        <source>all units</source>
        <translation>todas las unidades</translation>
    </message>
    <message>
        <source>Log of %1</source>
        <translation>Registro de %1</translation>
    </message>
    <message numerus="yes">
        <source>Logs of %n server(s)</source>
        <translation>
            <numerusform>Registros de %n servidor</numerusform>
            <numerusform>Registros de %n servidores</numerusform>
        </translation>
    </message>
    <message>
        <source>Write which file to follow</source>
        <translation>Escribe qué archivo seguir</translation>
    </message>
    <message numerus="yes">
        <source>%n line(s) came too fast and are left out</source>
        <translation>
            <numerusform>%n línea llegó demasiado rápido y se omite</numerusform>
            <numerusform>%n líneas llegaron demasiado rápido y se omiten</numerusform>
        </translation>
    </message>
    <message>
        <source>was away for %1: lines of then may be missing</source>
        <translation>ausente durante %1: pueden faltar líneas de entonces</translation>
    </message>
    <message>
        <source> … (cut)</source>
        <translation> … (recortada)</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Continuar</translation>
    </message>
    <message numerus="yes">
        <source>%n new</source>
        <translation>
            <numerusform>%n nueva</numerusform>
            <numerusform>%n nuevas</numerusform>
        </translation>
    </message>
    <message>
        <source>The past stands still. Go back to now.</source>
        <translation>El pasado está quieto. Vuelve al presente.</translation>
    </message>
    <message>
        <source>Nothing is followed.</source>
        <translation>No se sigue nada.</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Detener</translation>
    </message>
    <message>
        <source>You look at the past. Go back to now.</source>
        <translation>Estás mirando el pasado. Vuelve al presente.</translation>
    </message>
    <message>
        <source>%1 are left out here</source>
        <translation>aquí se omiten %1</translation>
    </message>
    <message>
        <source>was away for %1: %2 of then are left out</source>
        <translation>ausente durante %1: se omiten %2 de ese tiempo</translation>
    </message>
    <message>
        <source>was away for %1: what was written then follows</source>
        <translation>ausente durante %1: sigue lo que se escribió entonces</translation>
    </message>
    <message>
        <source>the log was rotated: another file follows</source>
        <translation>el registro se rotó: sigue otro archivo</translation>
    </message>
</context>
<context>
    <name>analemma::ui::LogPane</name>
    <message>
        <source>Search the log</source>
        <translation>Buscar en el registro</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Buscar</translation>
    </message>
    <message>
        <source>Go to the first error</source>
        <translation>Ir al primer error</translation>
    </message>
    <message>
        <source>Follow the end</source>
        <translation>Seguir el final</translation>
    </message>
    <message>
        <source>Copy what is selected, or all</source>
        <translation>Copiar lo seleccionado, o todo</translation>
    </message>
    <message>
        <source>Save the log</source>
        <translation>Guardar el registro</translation>
    </message>
    <message>
        <source>none</source>
        <translation>ninguno</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 de %2</translation>
    </message>
    <message>
        <source>saved</source>
        <translation>guardado</translation>
    </message>
    <message>
        <source>not saved: %1</source>
        <translation>no se ha guardado: %1</translation>
    </message>
</context>
<context>
    <name>analemma::ui::LogView</name>
    <message>
        <source>Log</source>
        <translation>Registro</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Copiar</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>Seleccionar todo</translation>
    </message>
    <message>
        <source>Go to the first error</source>
        <translation>Ir al primer error</translation>
    </message>
</context>
<context>
    <name>analemma::ui::LoginForm</name>
    <message>
        <source>%1 needs the passphrase of the key %2.</source>
        <translation>%1 necesita la frase de contraseña de la clave %2.</translation>
    </message>
    <message>
        <source>%1 asks for your password.</source>
        <translation>%1 pide tu contraseña.</translation>
    </message>
    <message>
        <source>%1 asks:</source>
        <translation>%1 pregunta:</translation>
    </message>
    <message>
        <source>That was not it.</source>
        <translation>No era esa.</translation>
    </message>
    <message>
        <source>Looking at the host key of %1…</source>
        <translation>Mirando la clave de host de %1…</translation>
    </message>
    <message>
        <source>Log in</source>
        <translation>Entrar</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
</context>
<context>
    <name>analemma::ui::LoopView</name>
    <message>
        <source>The loop of delivery</source>
        <translation>El ciclo de entrega</translation>
    </message>
</context>
<context>
    <name>analemma::ui::MainWindow</name>
    <message>
        <source>Go to %1</source>
        <translation>Ir a %1</translation>
    </message>
    <message>
        <source>Search or run a command</source>
        <translation>Buscar o ejecutar un comando</translation>
    </message>
    <message>
        <source>Read again</source>
        <translation>Leer de nuevo</translation>
    </message>
    <message>
        <source>Step back</source>
        <translation>Dar un paso atrás</translation>
    </message>
    <message>
        <source>Fold or unfold the rail</source>
        <translation>Plegar o desplegar la barra lateral</translation>
    </message>
    <message>
        <source>Show or hide operations</source>
        <translation>Mostrar u ocultar las operaciones</translation>
    </message>
    <message>
        <source>Theme: as the desktop</source>
        <translation>Tema: como el escritorio</translation>
    </message>
    <message>
        <source>Theme: light</source>
        <translation>Tema: claro</translation>
    </message>
    <message>
        <source>Theme: dark</source>
        <translation>Tema: oscuro</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Salir</translation>
    </message>
    <message>
        <source>Keep watching in the tray when the window is closed</source>
        <translation>Seguir vigilando en la bandeja al cerrar la ventana</translation>
    </message>
    <message>
        <source>This desktop has no tray.</source>
        <translation>Este escritorio no tiene bandeja.</translation>
    </message>
    <message>
        <source>Closing the window leaves it watching; Quit in the tray ends it.</source>
        <translation>Al cerrar la ventana sigue vigilando; Salir, en la bandeja, lo termina.</translation>
    </message>
    <message>
        <source>Closing the window ends the program.</source>
        <translation>Al cerrar la ventana termina el programa.</translation>
    </message>
</context>
<context>
    <name>analemma::ui::ModePart</name>
    <message>
        <source>Permissions in octal</source>
        <translation>Permisos en octal</translation>
    </message>
    <message>
        <source>Number of the owner</source>
        <translation>Número del propietario</translation>
    </message>
    <message>
        <source>Number of the group</source>
        <translation>Número del grupo</translation>
    </message>
    <message>
        <source>Owner</source>
        <translation>Propietario</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>Grupo</translation>
    </message>
    <message>
        <source>Others</source>
        <translation>Otros</translation>
    </message>
    <message>
        <source>read</source>
        <translation>leer</translation>
    </message>
    <message>
        <source>write</source>
        <translation>escribir</translation>
    </message>
    <message>
        <source>run or enter</source>
        <translation>ejecutar o entrar</translation>
    </message>
    <message>
        <source>Octal</source>
        <translation>Octal</translation>
    </message>
    <message>
        <source>Owner&apos;s number</source>
        <translation>Número del propietario</translation>
    </message>
    <message>
        <source>Group&apos;s number</source>
        <translation>Número del grupo</translation>
    </message>
</context>
<context>
    <name>analemma::ui::MonitoringPanel</name>
    <message>
        <source>not watched</source>
        <translation>no vigilado</translation>
    </message>
    <message>
        <source>connecting</source>
        <translation>conectando</translation>
    </message>
    <message>
        <source>live</source>
        <translation>en directo</translation>
    </message>
    <message>
        <source>slow to answer</source>
        <translation>tarda en responder</translation>
    </message>
    <message>
        <source>no connection</source>
        <translation>sin conexión</translation>
    </message>
    <message>
        <source>refused</source>
        <translation>rechazado</translation>
    </message>
    <message>
        <source>Monitoring</source>
        <translation>Supervisión</translation>
    </message>
    <message>
        <source>Servers show here how they are, second by second.</source>
        <translation>Aquí los servidores muestran cómo están, segundo a segundo.</translation>
    </message>
    <message>
        <source>Nothing is installed on them. Deploy a release, or add a server, to see it.</source>
        <translation>No se instala nada en ellos. Despliegue una versión o añada un servidor para verlo.</translation>
    </message>
    <message>
        <source>All servers</source>
        <translation>Todos los servidores</translation>
    </message>
    <message numerus="yes">
        <source>%n server(s)</source>
        <translation>
            <numerusform>%n servidor</numerusform>
            <numerusform>%n servidores</numerusform>
        </translation>
    </message>
    <message>
        <source>cannot be reached</source>
        <translation>no se puede alcanzar</translation>
    </message>
    <message>
        <source>figures</source>
        <translation>cifras</translation>
    </message>
    <message>
        <source>Processes</source>
        <translation>Procesos</translation>
    </message>
    <message>
        <source>Services</source>
        <translation>Servicios</translation>
    </message>
    <message>
        <source>Requests, errors and duration of an environment, and its checks</source>
        <translation>Peticiones, errores y duración de un entorno, y sus comprobaciones</translation>
    </message>
    <message>
        <source>Logs</source>
        <translation>Registros</translation>
    </message>
    <message>
        <source>Follow the logs of the chosen servers, or of all, as one</source>
        <translation>Seguir los registros de los servidores elegidos, o de todos, como uno solo</translation>
    </message>
    <message>
        <source>Logs of %1 servers at most are followed at once: choose them.</source>
        <translation>Se siguen a la vez los registros de %1 servidores como máximo: elígelos.</translation>
    </message>
    <message>
        <source>Time machine</source>
        <translation>Máquina del tiempo</translation>
    </message>
    <message>
        <source>Show a kept minute: T, or Ctrl+T</source>
        <translation>Mostrar un minuto guardado: T, o Ctrl+T</translation>
    </message>
    <message>
        <source>Delivery figures</source>
        <translation>Cifras de entrega</translation>
    </message>
    <message>
        <source>is read</source>
        <translation>se lee</translation>
    </message>
</context>
<context>
    <name>analemma::ui::NetworkTalk</name>
    <message>
        <source>Who are you at %1?</source>
        <translation>¿Quién eres en %1?</translation>
    </message>
    <message>
        <source>Password or token at %1</source>
        <translation>Contraseña o token en %1</translation>
    </message>
    <message>
        <source>Password or token of %1 at %2</source>
        <translation>Contraseña o token de %1 en %2</translation>
    </message>
    <message>
        <source>Passphrase of the key %1</source>
        <translation>Frase de paso de la clave %1</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nombre</translation>
    </message>
    <message>
        <source>Secret</source>
        <translation>Secreto</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Continuar</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>%1 %2 of %3</source>
        <translation>%1 %2 de %3</translation>
    </message>
    <message>
        <source>Keep the login for %1 in the keyring?</source>
        <translation>¿Guardar en el llavero los datos de acceso a %1?</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>Guardarlos</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>Ahora no</translation>
    </message>
    <message>
        <source>%1 is not known yet. Is this its key?</source>
        <translation>Aún no se conoce %1. ¿Es esta su clave?</translation>
    </message>
    <message>
        <source>%1

Compare it with what its owner says. Nothing was sent there. When it is the right one, it is recorded in %2.</source>
        <translation>%1

Compárala con lo que dice su propietario. No se envió nada allí. Si es la correcta, se registra en %2.</translation>
    </message>
    <message>
        <source>It is: record it and go on</source>
        <translation>Sí: registrarla y continuar</translation>
    </message>
    <message>
        <source>No</source>
        <translation>No</translation>
    </message>
</context>
<context>
    <name>analemma::ui::NewKeyPage</name>
    <message>
        <source>File</source>
        <translation>Archivo</translation>
    </message>
    <message>
        <source>Comment</source>
        <translation>Comentario</translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation>Frase de paso</translation>
    </message>
    <message>
        <source>Passphrase again</source>
        <translation>Frase de paso otra vez</translation>
    </message>
    <message>
        <source>Make key</source>
        <translation>Crear la clave</translation>
    </message>
    <message>
        <source>New key</source>
        <translation>Clave nueva</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Tipo</translation>
    </message>
    <message>
        <source>Ed25519: short, fast, for servers since 2014</source>
        <translation>Ed25519: corta, rápida, para servidores desde 2014</translation>
    </message>
    <message>
        <source>RSA 3072: for old servers</source>
        <translation>RSA 3072: para servidores antiguos</translation>
    </message>
    <message>
        <source>RSA 4096: for old servers</source>
        <translation>RSA 4096: para servidores antiguos</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Again</source>
        <translation>Otra vez</translation>
    </message>
    <message>
        <source>ssh-keygen is making it.</source>
        <translation>ssh-keygen la está creando.</translation>
    </message>
    <message>
        <source>Give the file a plain name.</source>
        <translation>Dé al archivo un nombre sencillo.</translation>
    </message>
    <message>
        <source>There is a file with this name; it stays as it is.</source>
        <translation>Hay un archivo con este nombre; se queda como está.</translation>
    </message>
    <message>
        <source>A passphrase has at least five characters.</source>
        <translation>Una frase de paso tiene al menos cinco caracteres.</translation>
    </message>
    <message>
        <source>The two passphrases differ.</source>
        <translation>Las dos frases de paso son distintas.</translation>
    </message>
    <message>
        <source>Without a passphrase, whoever reads the file can use it.</source>
        <translation>Sin frase de paso, quien lea el archivo puede usarla.</translation>
    </message>
    <message>
        <source>It is written to %1, readable by you alone.</source>
        <translation>Se escribe en %1, y solo usted puede leerla.</translation>
    </message>
</context>
<context>
    <name>analemma::ui::Panel</name>
    <message>
        <source>More</source>
        <translation>Más</translation>
    </message>
</context>
<context>
    <name>analemma::ui::PastBanner</name>
    <message>
        <source>Now</source>
        <translation>Ahora</translation>
    </message>
    <message>
        <source>Back to the present</source>
        <translation>Volver al presente</translation>
    </message>
    <message>
        <source>THE PAST: %1. Nothing can be changed here.</source>
        <translation>EL PASADO: %1. Aquí no se puede cambiar nada.</translation>
    </message>
    <message>
        <source>THE PAST: %1. This panel knows the present alone, and is off.</source>
        <translation>EL PASADO: %1. Este panel solo conoce el presente y está desactivado.</translation>
    </message>
</context>
<context>
    <name>analemma::ui::PastHealthReader</name>
    <message>
        <source>How its servers were then was not kept</source>
        <translation>No se guardó cómo estaban entonces sus servidores</translation>
    </message>
    <message>
        <source>%1/%2 healthy</source>
        <translation>%1/%2 sanos</translation>
    </message>
    <message numerus="yes">
        <source>%1 of %n check(s) passed</source>
        <translation>
            <numerusform>%1 de %n comprobación superada</numerusform>
            <numerusform>%1 de %n comprobaciones superadas</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>analemma::ui::PastReader</name>
    <message>
        <source>was live</source>
        <translation>en directo</translation>
    </message>
    <message>
        <source>nothing kept</source>
        <translation>sin datos</translation>
    </message>
</context>
<context>
    <name>analemma::ui::PathBar</name>
    <message>
        <source>Path</source>
        <translation>Ruta</translation>
    </message>
    <message>
        <source>Path: %1</source>
        <translation>Ruta: %1</translation>
    </message>
    <message>
        <source>Go to %1</source>
        <translation>Ir a %1</translation>
    </message>
    <message>
        <source>Type a path (Ctrl+L)</source>
        <translation>Escribir una ruta (Ctrl+L)</translation>
    </message>
</context>
<context>
    <name>analemma::ui::PictureView</name>
    <message>
        <source>The picture before and after</source>
        <translation>La imagen antes y después</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>Antes</translation>
    </message>
    <message>
        <source>Deleted</source>
        <translation>Eliminada</translation>
    </message>
    <message>
        <source>After</source>
        <translation>Después</translation>
    </message>
    <message>
        <source>New</source>
        <translation>Nueva</translation>
    </message>
</context>
<context>
    <name>analemma::ui::PipelinesPanel</name>
    <message>
        <source>State</source>
        <translation>Estado</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Ejecutar</translation>
    </message>
    <message>
        <source>Commit</source>
        <translation>Commit</translation>
    </message>
    <message>
        <source>Subject</source>
        <translation>Asunto</translation>
    </message>
    <message>
        <source>Branch</source>
        <translation>Rama</translation>
    </message>
    <message>
        <source>Took</source>
        <translation>Duración</translation>
    </message>
    <message>
        <source>Tests</source>
        <translation>Pruebas</translation>
    </message>
    <message>
        <source>By</source>
        <translation>De</translation>
    </message>
    <message>
        <source>Begun</source>
        <translation>Inicio</translation>
    </message>
    <message>
        <source>Pipelines</source>
        <translation>Pipelines</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>Ejecuciones</translation>
    </message>
    <message>
        <source>Open run</source>
        <translation>Abrir la ejecución</translation>
    </message>
    <message>
        <source>Cancel run</source>
        <translation>Cancelar la ejecución</translation>
    </message>
    <message>
        <source>Run again</source>
        <translation>Ejecutar de nuevo</translation>
    </message>
    <message>
        <source>A pipeline builds and tests a commit, as .circleci/config.yml says.</source>
        <translation>Un pipeline compila y prueba un commit, según indica .circleci/config.yml.</translation>
    </message>
    <message>
        <source>Each new commit on a watched branch is run by itself.</source>
        <translation>Cada commit nuevo de una rama vigilada se ejecuta solo.</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Todas</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>En curso</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fallidas</translation>
    </message>
    <message>
        <source>Passed</source>
        <translation>Superadas</translation>
    </message>
    <message>
        <source>Commit to run</source>
        <translation>Commit que se ejecuta</translation>
    </message>
    <message>
        <source>Commit or branch; HEAD</source>
        <translation>Commit o rama; HEAD</translation>
    </message>
    <message numerus="yes">
        <source>%n runs</source>
        <translation>
            <numerusform>%n ejecución</numerusform>
            <numerusform>%n ejecuciones</numerusform>
        </translation>
    </message>
    <message>
        <source>Run %1 of %2</source>
        <translation>Ejecución %1 de %2</translation>
    </message>
</context>
<context>
    <name>analemma::ui::PlaceForm</name>
    <message>
        <source>Address</source>
        <translation>Dirección</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Elegir…</translation>
    </message>
    <message>
        <source>Choose the folder</source>
        <translation>Elegir la carpeta</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Carpeta</translation>
    </message>
    <message>
        <source>Name here</source>
        <translation>Nombre aquí</translation>
    </message>
    <message>
        <source>Commits of each branch</source>
        <translation>Commits de cada rama</translation>
    </message>
    <message>
        <source>all</source>
        <translation>todos</translation>
    </message>
    <message>
        <source>Commits</source>
        <translation>Commits</translation>
    </message>
    <message>
        <source>Choose a folder</source>
        <translation>Elegir una carpeta</translation>
    </message>
    <message>
        <source>Where is it? Give its address.</source>
        <translation>¿Dónde está? Da su dirección.</translation>
    </message>
    <message>
        <source>In which folder is it?</source>
        <translation>¿En qué carpeta está?</translation>
    </message>
    <message>
        <source>Into which folder?</source>
        <translation>¿En qué carpeta?</translation>
    </message>
    <message>
        <source>What shall it be called here?</source>
        <translation>¿Cómo se llamará aquí?</translation>
    </message>
    <message>
        <source>There is a repository called %1 already.</source>
        <translation>Ya hay un repositorio llamado %1.</translation>
    </message>
</context>
<context>
    <name>analemma::ui::PlanPage</name>
    <message>
        <source>Go</source>
        <translation>Adelante</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
    <message>
        <source>planned</source>
        <translation>previsto</translation>
    </message>
    <message>
        <source>Nothing is done before you press Go.</source>
        <translation>No se hace nada hasta que pulses Adelante.</translation>
    </message>
    <message>
        <source>Usually %1.</source>
        <translation>Normalmente, %1.</translation>
    </message>
    <message>
        <source>refused</source>
        <translation>rechazado</translation>
    </message>
    <message>
        <source>About %1 left.</source>
        <translation>Quedan unos %1.</translation>
    </message>
    <message>
        <source>Under way.</source>
        <translation>En curso.</translation>
    </message>
    <message>
        <source>There is no plan that could be carried out.</source>
        <translation>No hay ningún plan que se pueda llevar a cabo.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>It is just being started.</source>
        <translation>Se está iniciando ahora mismo.</translation>
    </message>
</context>
<context>
    <name>analemma::ui::PlanView</name>
    <message>
        <source>usually %1</source>
        <translation>normalmente %1</translation>
    </message>
    <message>
        <source>no way back</source>
        <translation>sin vuelta atrás</translation>
    </message>
    <message>
        <source>way back: %1</source>
        <translation>vuelta atrás: %1</translation>
    </message>
    <message>
        <source>Plan</source>
        <translation>Plan</translation>
    </message>
</context>
<context>
    <name>analemma::ui::ProcessPage</name>
    <message>
        <source>runs</source>
        <translation>en marcha</translation>
    </message>
    <message>
        <source>waits</source>
        <translation>en espera</translation>
    </message>
    <message>
        <source>waits for a disk</source>
        <translation>espera un disco</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>detenido</translation>
    </message>
    <message>
        <source>ended</source>
        <translation>terminado</translation>
    </message>
    <message>
        <source>idle</source>
        <translation>inactivo</translation>
    </message>
    <message>
        <source>Figures</source>
        <translation>Cifras</translation>
    </message>
    <message>
        <source>Process</source>
        <translation>Proceso</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>Número</translation>
    </message>
    <message>
        <source>CPU</source>
        <translation>CPU</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Memoria</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Estado</translation>
    </message>
    <message>
        <source>Threads</source>
        <translation>Hilos</translation>
    </message>
    <message>
        <source>Processes</source>
        <translation>Procesos</translation>
    </message>
    <message>
        <source>The server has not told its processes yet.</source>
        <translation>El servidor aún no ha comunicado sus procesos.</translation>
    </message>
    <message>
        <source>They are read every two seconds while this page is shown.</source>
        <translation>Se leen cada dos segundos mientras se muestra esta página.</translation>
    </message>
    <message>
        <source>End…</source>
        <translation>Terminar…</translation>
    </message>
    <message>
        <source>Hang up, read its settings again…</source>
        <translation>Colgar, releer su configuración…</translation>
    </message>
    <message>
        <source>Interrupt…</source>
        <translation>Interrumpir…</translation>
    </message>
    <message>
        <source>Stop for now…</source>
        <translation>Detener por ahora…</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Continuar</translation>
    </message>
    <message>
        <source>Kill…</source>
        <translation>Matar…</translation>
    </message>
    <message>
        <source>Processes of %1</source>
        <translation>Procesos de %1</translation>
    </message>
    <message>
        <source>Processes of %1 in %2</source>
        <translation>Procesos de %1 en %2</translation>
    </message>
    <message>
        <source>Back to the figures of %1</source>
        <translation>Volver a las cifras de %1</translation>
    </message>
    <message numerus="yes">
        <source>%n process(es)</source>
        <translation>
            <numerusform>%n proceso</numerusform>
            <numerusform>%n procesos</numerusform>
        </translation>
    </message>
    <message>
        <source>of one core</source>
        <translation>de un núcleo</translation>
    </message>
    <message>
        <source>not known before the next reading</source>
        <translation>no se sabe hasta la próxima lectura</translation>
    </message>
    <message>
        <source>There is no way to the servers.</source>
        <translation>No hay forma de llegar a los servidores.</translation>
    </message>
    <message>
        <source>Choose a process first.</source>
        <translation>Elige antes un proceso.</translation>
    </message>
    <message>
        <source>This is the server itself.</source>
        <translation>Este es el propio servidor.</translation>
    </message>
    <message>
        <source>Send %1 to %2 (%3) on %4?</source>
        <translation>¿Enviar %1 a %2 (%3) en %4?</translation>
    </message>
    <message>
        <source>PRODUCTION: %1</source>
        <translation>PRODUCCIÓN: %1</translation>
    </message>
    <message>
        <source>Type %1 to go on</source>
        <translation>Escribe %1 para continuar</translation>
    </message>
    <message>
        <source>Send %1</source>
        <translation>Enviar %1</translation>
    </message>
    <message>
        <source>Leave it alone</source>
        <translation>No tocarlo</translation>
    </message>
</context>
<context>
    <name>analemma::ui::PrometheusSource</name>
    <message>
        <source>Prometheus reads no such server</source>
        <translation>Prometheus no lee ningún servidor así</translation>
    </message>
    <message>
        <source>another Prometheus is named now</source>
        <translation>ahora se indica otro Prometheus</translation>
    </message>
</context>
<context>
    <name>analemma::ui::ProposalPage</name>
    <message>
        <source>Change log of the next release</source>
        <translation>Lista de cambios de la próxima versión</translation>
    </message>
    <message>
        <source>Create release</source>
        <translation>Crear la versión</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>Versión</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Next release</source>
        <translation>Próxima versión</translation>
    </message>
    <message>
        <source>Changes</source>
        <translation>Cambios</translation>
    </message>
    <message>
        <source>%1. Commit %2.</source>
        <translation>%1. Commit %2.</translation>
    </message>
    <message>
        <source>Reading the commits since the last release…</source>
        <translation>Leyendo los commits desde la última versión…</translation>
    </message>
    <message>
        <source>The proposal is being read.</source>
        <translation>Se está leyendo la propuesta.</translation>
    </message>
</context>
<context>
    <name>analemma::ui::Rail</name>
    <message>
        <source>Panels</source>
        <translation>Paneles</translation>
    </message>
    <message>
        <source>Fold</source>
        <translation>Plegar</translation>
    </message>
    <message>
        <source>Unfold the rail</source>
        <translation>Desplegar la barra lateral</translation>
    </message>
    <message>
        <source>Fold the rail</source>
        <translation>Plegar la barra lateral</translation>
    </message>
</context>
<context>
    <name>analemma::ui::RailItem</name>
    <message numerus="yes">
        <source>%n need attention</source>
        <translation>
            <numerusform>%n requiere atención</numerusform>
            <numerusform>%n requieren atención</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>analemma::ui::ReleasePage</name>
    <message>
        <source>Change log</source>
        <translation>Lista de cambios</translation>
    </message>
    <message>
        <source>Approve</source>
        <translation>Aprobar</translation>
    </message>
    <message>
        <source>Deploy…</source>
        <translation>Desplegar…</translation>
    </message>
    <message>
        <source>A word with the approval, if you like</source>
        <translation>Unas palabras con la aprobación, si quieres</translation>
    </message>
    <message>
        <source>Comment of the approval</source>
        <translation>Comentario de la aprobación</translation>
    </message>
    <message>
        <source>Changes</source>
        <translation>Cambios</translation>
    </message>
    <message>
        <source>Artifacts</source>
        <translation>Artefactos</translation>
    </message>
    <message>
        <source>Approvals</source>
        <translation>Aprobaciones</translation>
    </message>
    <message>
        <source>Release %1</source>
        <translation>Versión %1</translation>
    </message>
    <message>
        <source>not live</source>
        <translation>no activa</translation>
    </message>
    <message>
        <source>live in %1</source>
        <translation>activa en %1</translation>
    </message>
    <message>
        <source>Commit</source>
        <translation>Commit</translation>
    </message>
    <message>
        <source>Subject</source>
        <translation>Asunto</translation>
    </message>
    <message>
        <source>Tag</source>
        <translation>Etiqueta</translation>
    </message>
    <message>
        <source>Made</source>
        <translation>Creada</translation>
    </message>
    <message>
        <source>%1 by %2</source>
        <translation>%1 por %2</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Ninguna</translation>
    </message>
    <message>
        <source>the run kept no artifact</source>
        <translation>la ejecución no guardó artefactos</translation>
    </message>
    <message>
        <source>environments that ask for one refuse it until then</source>
        <translation>los entornos que la exigen la rechazan hasta entonces</translation>
    </message>
</context>
<context>
    <name>analemma::ui::ReleasesPanel</name>
    <message>
        <source>Version</source>
        <translation>Versión</translation>
    </message>
    <message>
        <source>Live in</source>
        <translation>Activa en</translation>
    </message>
    <message>
        <source>Subject</source>
        <translation>Asunto</translation>
    </message>
    <message>
        <source>Commit</source>
        <translation>Commit</translation>
    </message>
    <message>
        <source>Artifacts</source>
        <translation>Artefactos</translation>
    </message>
    <message>
        <source>Approvals</source>
        <translation>Aprobaciones</translation>
    </message>
    <message>
        <source>Made</source>
        <translation>Creada</translation>
    </message>
    <message>
        <source>Releases</source>
        <translation>Versiones</translation>
    </message>
    <message>
        <source>Create release…</source>
        <translation>Crear versión…</translation>
    </message>
    <message>
        <source>Open release</source>
        <translation>Abrir la versión</translation>
    </message>
    <message>
        <source>Approve release</source>
        <translation>Aprobar la versión</translation>
    </message>
    <message>
        <source>Deploy release…</source>
        <translation>Desplegar la versión…</translation>
    </message>
    <message>
        <source>A release is a version of a commit that passed its pipeline.</source>
        <translation>Una versión es un commit numerado que ha superado su pipeline.</translation>
    </message>
    <message>
        <source>Its version is proposed from the commit messages.</source>
        <translation>Su número se propone a partir de los mensajes de los commits.</translation>
    </message>
    <message numerus="yes">
        <source>%n releases</source>
        <translation>
            <numerusform>%n versión</numerusform>
            <numerusform>%n versiones</numerusform>
        </translation>
    </message>
    <message>
        <source>Release %1</source>
        <translation>Versión %1</translation>
    </message>
    <message>
        <source>Release %1 is made, tag %2.</source>
        <translation>Creada la versión %1, etiqueta %2.</translation>
    </message>
    <message>
        <source>You approved release %1.</source>
        <translation>Has aprobado la versión %1.</translation>
    </message>
</context>
<context>
    <name>analemma::ui::RemoteDesk</name>
    <message>
        <source>Fetching</source>
        <translation>Trayendo</translation>
    </message>
    <message>
        <source>The repository has no remote.</source>
        <translation>El repositorio no tiene remoto.</translation>
    </message>
    <message>
        <source>Nothing new at %1.</source>
        <translation>Nada nuevo en %1.</translation>
    </message>
    <message numerus="yes">
        <source>%n branches and tags moved.</source>
        <translation>
            <numerusform>Se movió %n rama o etiqueta.</numerusform>
            <numerusform>Se movieron %n ramas y etiquetas.</numerusform>
        </translation>
    </message>
    <message>
        <source>Pulling</source>
        <translation>Incorporando</translation>
    </message>
    <message numerus="yes">
        <source>%1 moved forward by %n commit(s).</source>
        <translation>
            <numerusform>%1 avanzó %n commit.</numerusform>
            <numerusform>%1 avanzó %n commits.</numerusform>
        </translation>
    </message>
    <message>
        <source>It parted: %1 commits here, %2 there. Merge or rebase under Branches.</source>
        <translation>La rama se bifurcó: %1 commits aquí, %2 allí. Fusiona o haz rebase en Ramas.</translation>
    </message>
    <message>
        <source>%1 is up to date.</source>
        <translation>%1 está al día.</translation>
    </message>
    <message>
        <source>No branch is checked out: there is nothing to push.</source>
        <translation>Ninguna rama es la actual: no hay nada que enviar.</translation>
    </message>
    <message>
        <source>Pushing</source>
        <translation>Enviando</translation>
    </message>
    <message>
        <source>Pushed to %1.</source>
        <translation>Enviado a %1.</translation>
    </message>
    <message>
        <source>There are reviews at the other side that are not here: fetch, then push again.</source>
        <translation>En el otro lado hay revisiones que no están aquí: tráelas y vuelve a enviar.</translation>
    </message>
    <message>
        <source>The other side has commits that this branch lacks. Fetch, then merge or rebase. Or overwrite the other side: it is done only while it still is what was last seen of it.</source>
        <translation>El otro lado tiene commits que le faltan a esta rama. Tráelos y después fusiona o haz rebase. O sobrescribe el otro lado: solo se hace si sigue siendo lo último que se vio de él.</translation>
    </message>
    <message>
        <source>Overwrite the other side</source>
        <translation>Sobrescribir el otro lado</translation>
    </message>
    <message>
        <source>Leave it</source>
        <translation>Dejarlo</translation>
    </message>
</context>
<context>
    <name>analemma::ui::RepositoriesPanel</name>
    <message>
        <source>Repositories</source>
        <translation>Repositorios</translation>
    </message>
    <message>
        <source>Repository %1</source>
        <translation>Repositorio %1</translation>
    </message>
    <message>
        <source>Pull</source>
        <translation>Incorporar</translation>
    </message>
    <message>
        <source>Push</source>
        <translation>Enviar</translation>
    </message>
    <message>
        <source>Fetch</source>
        <translation>Traer</translation>
    </message>
</context>
<context>
    <name>analemma::ui::RepositoryPage</name>
    <message>
        <source>Repositories</source>
        <translation>Repositorios</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Historial</translation>
    </message>
    <message>
        <source>Changes</source>
        <translation>Cambios</translation>
    </message>
    <message>
        <source>Branches</source>
        <translation>Ramas</translation>
    </message>
    <message>
        <source>Reviews</source>
        <translation>Revisiones</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Comparar</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Archivo</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Detener</translation>
    </message>
    <message>
        <source>Stashes</source>
        <translation>Stashes</translation>
    </message>
</context>
<context>
    <name>analemma::ui::RepositoryWall</name>
    <message>
        <source>Repository</source>
        <translation>Repositorio</translation>
    </message>
    <message>
        <source>Branch</source>
        <translation>Rama</translation>
    </message>
    <message>
        <source>Changes</source>
        <translation>Cambios</translation>
    </message>
    <message>
        <source>Remote</source>
        <translation>Remoto</translation>
    </message>
    <message>
        <source>Pipeline</source>
        <translation>Pipeline</translation>
    </message>
    <message>
        <source>Deployed</source>
        <translation>Desplegado</translation>
    </message>
    <message>
        <source>Last commit</source>
        <translation>Último commit</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Cuándo</translation>
    </message>
    <message numerus="yes">
        <source>%n in conflict</source>
        <translation>
            <numerusform>%n en conflicto</numerusform>
            <numerusform>%n en conflicto</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n changed</source>
        <translation>
            <numerusform>%n cambiado</numerusform>
            <numerusform>%n cambiados</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n new</source>
        <translation>
            <numerusform>%n nuevo</numerusform>
            <numerusform>%n nuevos</numerusform>
        </translation>
    </message>
    <message>
        <source>no changes</source>
        <translation>sin cambios</translation>
    </message>
    <message>
        <source>no upstream</source>
        <translation>sin remoto seguido</translation>
    </message>
    <message numerus="yes">
        <source>%n ahead</source>
        <translation>
            <numerusform>%n por delante</numerusform>
            <numerusform>%n por delante</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n behind</source>
        <translation>
            <numerusform>%n por detrás</numerusform>
            <numerusform>%n por detrás</numerusform>
        </translation>
    </message>
    <message>
        <source>in step</source>
        <translation>al día</translation>
    </message>
    <message numerus="yes">
        <source>%n repositories</source>
        <translation>
            <numerusform>%n repositorio</numerusform>
            <numerusform>%n repositorios</numerusform>
        </translation>
    </message>
    <message>
        <source>no branch</source>
        <translation>sin rama</translation>
    </message>
    <message>
        <source>cannot be read</source>
        <translation>no se puede leer</translation>
    </message>
    <message>
        <source>%1 under way</source>
        <translation>%1 en curso</translation>
    </message>
    <message>
        <source>Bring in the first repository.</source>
        <translation>Trae el primer repositorio.</translation>
    </message>
    <message>
        <source>Clone one, open one that is on this machine, or make a new one. It is written into the workspace file.</source>
        <translation>Clona uno, abre uno que esté en este equipo o crea uno nuevo. Queda escrito en el fichero del espacio de trabajo.</translation>
    </message>
    <message>
        <source>Clone…</source>
        <translation>Clonar…</translation>
    </message>
    <message>
        <source>Open…</source>
        <translation>Abrir…</translation>
    </message>
    <message>
        <source>New…</source>
        <translation>Nuevo…</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Mostrar</translation>
    </message>
    <message>
        <source>Copy its path</source>
        <translation>Copiar su ruta</translation>
    </message>
    <message>
        <source>Stop cloning</source>
        <translation>Detener la clonación</translation>
    </message>
    <message>
        <source>Remove from workspace</source>
        <translation>Quitar del espacio de trabajo</translation>
    </message>
    <message>
        <source>The workspace cannot be changed here.</source>
        <translation>Aquí no se puede cambiar el espacio de trabajo.</translation>
    </message>
    <message>
        <source>Nothing is being cloned.</source>
        <translation>No se está clonando nada.</translation>
    </message>
    <message>
        <source>One at a time: %1 is being cloned.</source>
        <translation>De uno en uno: se está clonando %1.</translation>
    </message>
    <message>
        <source>Choose a repository first.</source>
        <translation>Elige antes un repositorio.</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Detener</translation>
    </message>
    <message>
        <source>Cloning %1: %2</source>
        <translation>Clonando %1: %2</translation>
    </message>
    <message>
        <source>cloning</source>
        <translation>clonando</translation>
    </message>
</context>
<context>
    <name>analemma::ui::ReviewView</name>
    <message>
        <source>open</source>
        <translation>abierta</translation>
    </message>
    <message>
        <source>changes asked</source>
        <translation>cambios pedidos</translation>
    </message>
    <message>
        <source>approved</source>
        <translation>aprobada</translation>
    </message>
    <message>
        <source>closed</source>
        <translation>cerrada</translation>
    </message>
    <message>
        <source>no review</source>
        <translation>sin revisión</translation>
    </message>
    <message>
        <source>Approve</source>
        <translation>Aprobar</translation>
    </message>
    <message>
        <source>Ask for changes</source>
        <translation>Pedir cambios</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
    <message>
        <source>Comment</source>
        <translation>Comentar</translation>
    </message>
    <message>
        <source>Say something of the chosen line, or of the branch.</source>
        <translation>Di algo sobre la línea elegida, o sobre la rama.</translation>
    </message>
    <message>
        <source>%1 into %2</source>
        <translation>%1 en %2</translation>
    </message>
    <message>
        <source>opened by %1 %2</source>
        <translation>abierta por %1 %2</translation>
    </message>
    <message>
        <source>%1 asks for changes</source>
        <translation>%1 pide cambios</translation>
    </message>
    <message>
        <source>%1 approved an older commit</source>
        <translation>%1 aprobó un commit anterior</translation>
    </message>
    <message>
        <source>%1 approved</source>
        <translation>%1 aprobó</translation>
    </message>
    <message>
        <source>The review is closed.</source>
        <translation>La revisión está cerrada.</translation>
    </message>
    <message>
        <source>Reopen</source>
        <translation>Reabrir</translation>
    </message>
    <message>
        <source>Nothing was said yet.</source>
        <translation>Aún no se ha dicho nada.</translation>
    </message>
    <message>
        <source>Reply</source>
        <translation>Responder</translation>
    </message>
    <message>
        <source>Of the whole branch</source>
        <translation>Sobre toda la rama</translation>
    </message>
    <message>
        <source>Of line %1 of %2</source>
        <translation>Sobre la línea %1 de %2</translation>
    </message>
</context>
<context>
    <name>analemma::ui::ReviewsPage</name>
    <message>
        <source>Review</source>
        <translation>Revisión</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Estado</translation>
    </message>
    <message>
        <source>Branch</source>
        <translation>Rama</translation>
    </message>
    <message>
        <source>Open threads</source>
        <translation>Hilos abiertos</translation>
    </message>
    <message>
        <source>Opened by</source>
        <translation>Abierta por</translation>
    </message>
    <message>
        <source>Last word</source>
        <translation>Último mensaje</translation>
    </message>
    <message>
        <source>Reviews</source>
        <translation>Revisiones</translation>
    </message>
    <message>
        <source>Open a review…</source>
        <translation>Abrir una revisión…</translation>
    </message>
    <message>
        <source>No review is open.</source>
        <translation>No hay ninguna revisión abierta.</translation>
    </message>
    <message>
        <source>A review is a branch against its base. It travels with the repository.</source>
        <translation>Una revisión es una rama frente a su base. Viaja con el repositorio.</translation>
    </message>
    <message numerus="yes">
        <source>%n reviews wait</source>
        <translation>
            <numerusform>%n revisión en espera</numerusform>
            <numerusform>%n revisiones en espera</numerusform>
        </translation>
    </message>
    <message>
        <source>Open a review</source>
        <translation>Abrir una revisión</translation>
    </message>
    <message>
        <source>Against</source>
        <translation>Frente a</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Título</translation>
    </message>
    <message>
        <source>Which branch?</source>
        <translation>¿Qué rama?</translation>
    </message>
    <message>
        <source>Open review</source>
        <translation>Abrir revisión</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
</context>
<context>
    <name>analemma::ui::RunPage</name>
    <message>
        <source>State</source>
        <translation>Estado</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>Paso</translation>
    </message>
    <message>
        <source>Took</source>
        <translation>Duración</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>Resultado</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>Prueba</translation>
    </message>
    <message>
        <source>Suite</source>
        <translation>Grupo</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Mensaje</translation>
    </message>
    <message>
        <source>Artifact</source>
        <translation>Artefacto</translation>
    </message>
    <message>
        <source>Job</source>
        <translation>Trabajo</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Tamaño</translation>
    </message>
    <message>
        <source>SHA-256</source>
        <translation>SHA-256</translation>
    </message>
    <message>
        <source>passed</source>
        <translation>superada</translation>
    </message>
    <message>
        <source>skipped</source>
        <translation>omitida</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fallida</translation>
    </message>
    <message>
        <source>error</source>
        <translation>error</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Run again</source>
        <translation>Ejecutar de nuevo</translation>
    </message>
    <message>
        <source>No test results. A step store_test_results keeps JUnit files.</source>
        <translation>Sin resultados de pruebas. Un paso store_test_results guarda los ficheros JUnit.</translation>
    </message>
    <message>
        <source>No artifacts. A step store_artifacts keeps files.</source>
        <translation>Sin artefactos. Un paso store_artifacts guarda ficheros.</translation>
    </message>
    <message>
        <source>Choose a job to see its steps.</source>
        <translation>Elige un trabajo para ver sus pasos.</translation>
    </message>
    <message>
        <source>This step has written nothing.</source>
        <translation>Este paso no ha escrito nada.</translation>
    </message>
    <message>
        <source>Graph</source>
        <translation>Grafo</translation>
    </message>
    <message>
        <source>Timing</source>
        <translation>Tiempos</translation>
    </message>
    <message>
        <source>Tests</source>
        <translation>Pruebas</translation>
    </message>
    <message>
        <source>Artifacts</source>
        <translation>Artefactos</translation>
    </message>
    <message>
        <source>%1 #%2</source>
        <translation>%1 n.º %2</translation>
    </message>
    <message>
        <source>%1  %2  on %3, %4, by %5</source>
        <translation>%1  %2  en %3, %4, por %5</translation>
    </message>
</context>
<context>
    <name>analemma::ui::SearchButton</name>
    <message>
        <source>Search or run a command</source>
        <translation>Buscar o ejecutar un comando</translation>
    </message>
</context>
<context>
    <name>analemma::ui::ServerPage</name>
    <message>
        <source>Copy SSH command</source>
        <translation>Copiar el comando SSH</translation>
    </message>
    <message>
        <source>Server %1</source>
        <translation>Servidor %1</translation>
    </message>
    <message>
        <source>production</source>
        <translation>producción</translation>
    </message>
    <message>
        <source>listed</source>
        <translation>en la lista</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Dirección</translation>
    </message>
    <message>
        <source>User</source>
        <translation>Usuario</translation>
    </message>
    <message>
        <source>the one that SSH chooses</source>
        <translation>el que elija SSH</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>Etiquetas</translation>
    </message>
    <message>
        <source>none</source>
        <translation>ninguna</translation>
    </message>
    <message>
        <source>, release %1</source>
        <translation>, versión %1</translation>
    </message>
    <message>
        <source>generation %1 (%2)%3</source>
        <translation>generación %1 (%2)%3</translation>
    </message>
    <message>
        <source>Environment</source>
        <translation>Entorno</translation>
    </message>
    <message>
        <source>none: it builds an image</source>
        <translation>ninguno: está creando una imagen</translation>
    </message>
    <message>
        <source>Health check</source>
        <translation>Comprobación</translation>
    </message>
    <message>
        <source>Image</source>
        <translation>Imagen</translation>
    </message>
    <message>
        <source>the base</source>
        <translation>la base</translation>
    </message>
    <message>
        <source>Service port</source>
        <translation>Puerto del servicio</translation>
    </message>
    <message>
        <source>Mode</source>
        <translation>Modo</translation>
    </message>
    <message>
        <source>%1; its own paths begin at $SERVER_ROOT</source>
        <translation>%1; sus rutas empiezan en $SERVER_ROOT</translation>
    </message>
    <message>
        <source>Host key</source>
        <translation>Clave de host</translation>
    </message>
    <message>
        <source>Tag</source>
        <translation>Etiqueta</translation>
    </message>
    <message>
        <source>Made</source>
        <translation>Creado</translation>
    </message>
    <message>
        <source>Open console</source>
        <translation>Abrir consola</translation>
    </message>
    <message>
        <source>imported</source>
        <translation>importado</translation>
    </message>
    <message>
        <source>Listed in the workspace file.</source>
        <translation>Figura en el fichero del espacio de trabajo.</translation>
    </message>
    <message>
        <source>Imported from ~/.ssh/config, which is read anew each time.</source>
        <translation>Importado de ~/.ssh/config, que se lee de nuevo cada vez.</translation>
    </message>
    <message>
        <source>Jump hosts</source>
        <translation>Hosts de salto</translation>
    </message>
    <message>
        <source>Left out</source>
        <translation>Omitido</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>Archivos</translation>
    </message>
</context>
<context>
    <name>analemma::ui::ServersPanel</name>
    <message>
        <source>Name</source>
        <translation>Nombre</translation>
    </message>
    <message>
        <source>Environment</source>
        <translation>Entorno</translation>
    </message>
    <message>
        <source>Generation</source>
        <translation>Generación</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Estado</translation>
    </message>
    <message>
        <source>Health</source>
        <translation>Salud</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Dirección</translation>
    </message>
    <message>
        <source>Image</source>
        <translation>Imagen</translation>
    </message>
    <message>
        <source>Mode</source>
        <translation>Modo</translation>
    </message>
    <message>
        <source>Age</source>
        <translation>Edad</translation>
    </message>
    <message>
        <source>listed</source>
        <translation>en la lista</translation>
    </message>
    <message>
        <source>Servers</source>
        <translation>Servidores</translation>
    </message>
    <message>
        <source>Run a command…</source>
        <translation>Ejecutar un comando…</translation>
    </message>
    <message>
        <source>Copy SSH command</source>
        <translation>Copiar el comando SSH</translation>
    </message>
    <message>
        <source>Open server</source>
        <translation>Abrir el servidor</translation>
    </message>
    <message>
        <source>Show its environment</source>
        <translation>Mostrar su entorno</translation>
    </message>
    <message>
        <source>Show its image</source>
        <translation>Mostrar su imagen</translation>
    </message>
    <message>
        <source>Deploy a release…</source>
        <translation>Desplegar una versión…</translation>
    </message>
    <message>
        <source>Servers come with a deploy: each release starts new ones.</source>
        <translation>Los servidores llegan con un despliegue: cada versión arranca los suyos.</translation>
    </message>
    <message>
        <source>Those you run yourself can be listed under servers: in analemma.yaml.</source>
        <translation>Los que ya tienes se pueden indicar en servers:, dentro de analemma.yaml.</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Todos</translation>
    </message>
    <message>
        <source>Listed</source>
        <translation>De la lista</translation>
    </message>
    <message numerus="yes">
        <source>%n servers</source>
        <translation>
            <numerusform>%n servidor</numerusform>
            <numerusform>%n servidores</numerusform>
        </translation>
    </message>
    <message>
        <source>Choose a server first.</source>
        <translation>Elige antes un servidor.</translation>
    </message>
    <message>
        <source>Copied. Its host key is not pinned here: compare it when SSH asks.</source>
        <translation>Copiado. Su clave de host no está fijada aquí: compárala cuando SSH pregunte.</translation>
    </message>
    <message>
        <source>Copied the SSH command of %1</source>
        <translation>Copiado el comando SSH de %1</translation>
    </message>
    <message>
        <source>The command on %1 has ended.</source>
        <translation>El comando en %1 ha terminado.</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Mostrar</translation>
    </message>
    <message>
        <source>Open console</source>
        <translation>Abrir consola</translation>
    </message>
    <message>
        <source>Show consoles</source>
        <translation>Ver consolas</translation>
    </message>
    <message>
        <source>Console: another one to this server</source>
        <translation>Consola: otra a este servidor</translation>
    </message>
    <message>
        <source>Console: split to the right</source>
        <translation>Consola: dividir a la derecha</translation>
    </message>
    <message>
        <source>Console: split below</source>
        <translation>Consola: dividir hacia abajo</translation>
    </message>
    <message>
        <source>Console: close</source>
        <translation>Consola: cerrar</translation>
    </message>
    <message>
        <source>Console: reconnect</source>
        <translation>Consola: reconectar</translation>
    </message>
    <message>
        <source>Console: type in all panes of the tab, or stop it</source>
        <translation>Consola: escribir en todos los paneles de la pestaña, o dejar de hacerlo</translation>
    </message>
    <message>
        <source>Console: next tab</source>
        <translation>Consola: pestaña siguiente</translation>
    </message>
    <message>
        <source>Console: previous tab</source>
        <translation>Consola: pestaña anterior</translation>
    </message>
    <message>
        <source>Console: next pane</source>
        <translation>Consola: panel siguiente</translation>
    </message>
    <message>
        <source>Console: find</source>
        <translation>Consola: buscar</translation>
    </message>
    <message>
        <source>Console: back to the servers</source>
        <translation>Consola: volver a los servidores</translation>
    </message>
    <message>
        <source>No console is open.</source>
        <translation>No hay ninguna consola abierta.</translation>
    </message>
    <message>
        <source>Consoles (%1)</source>
        <translation>Consolas (%1)</translation>
    </message>
    <message>
        <source>Consoles</source>
        <translation>Consolas</translation>
    </message>
    <message>
        <source>no way to it</source>
        <translation>sin acceso</translation>
    </message>
    <message>
        <source>imported</source>
        <translation>importado</translation>
    </message>
    <message>
        <source>Imported</source>
        <translation>Importados</translation>
    </message>
    <message>
        <source>Console: insert a snippet</source>
        <translation>Consola: insertar un fragmento</translation>
    </message>
    <message>
        <source>Console: record what it shows, or stop it</source>
        <translation>Consola: grabar lo que muestra, o dejar de grabar</translation>
    </message>
    <message>
        <source>Console: show keys before they come back: off, on slow lines, always</source>
        <translation>Consola: mostrar las teclas antes de que vuelvan: no, en líneas lentas, siempre</translation>
    </message>
    <message>
        <source>Keys are shown when they come back.</source>
        <translation>Las teclas se muestran cuando vuelven.</translation>
    </message>
    <message>
        <source>On slow lines keys are shown, dimmed, before they come back.</source>
        <translation>En líneas lentas las teclas se muestran, atenuadas, antes de que vuelvan.</translation>
    </message>
    <message>
        <source>Keys are shown, dimmed, before they come back.</source>
        <translation>Las teclas se muestran, atenuadas, antes de que vuelvan.</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Claves</translation>
    </message>
    <message>
        <source>Keys: make a new one</source>
        <translation>Claves: crear una nueva</translation>
    </message>
    <message>
        <source>Run on many…</source>
        <translation>Ejecutar en varios…</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>Archivos</translation>
    </message>
    <message>
        <source>Files: edit in place (F4)</source>
        <translation>Archivos: editar en el servidor (F4)</translation>
    </message>
    <message>
        <source>Files: copy to the other side (F5)</source>
        <translation>Archivos: copiar al otro lado (F5)</translation>
    </message>
    <message>
        <source>Files: rename or move (F6)</source>
        <translation>Archivos: renombrar o mover (F6)</translation>
    </message>
    <message>
        <source>Files: new folder (F7)</source>
        <translation>Archivos: carpeta nueva (F7)</translation>
    </message>
    <message>
        <source>Files: delete… (F8)</source>
        <translation>Archivos: eliminar… (F8)</translation>
    </message>
    <message>
        <source>Files: permissions and owner (F9)</source>
        <translation>Archivos: permisos y propietario (F9)</translation>
    </message>
    <message>
        <source>Files: back to the servers</source>
        <translation>Archivos: volver a los servidores</translation>
    </message>
    <message>
        <source>The server is gone; nothing was done.</source>
        <translation>El servidor ya no está; no se hizo nada.</translation>
    </message>
    <message>
        <source>There is no connection to it; nothing was done.</source>
        <translation>No hay conexión con él; no se hizo nada.</translation>
    </message>
    <message>
        <source>The files of no server are shown.</source>
        <translation>No se muestran los archivos de ningún servidor.</translation>
    </message>
    <message>
        <source>Files: transfers</source>
        <translation>Archivos: transferencias</translation>
    </message>
    <message numerus="yes">
        <source>%n transfers of last time are paused.</source>
        <translation>
            <numerusform>%n transferencia de la última vez está en pausa.</numerusform>
            <numerusform>%n transferencias de la última vez están en pausa.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>analemma::ui::ServicePage</name>
    <message>
        <source>Requests</source>
        <translation>Peticiones</translation>
    </message>
    <message>
        <source>Errors</source>
        <translation>Errores</translation>
    </message>
    <message>
        <source>Response time</source>
        <translation>Tiempo de respuesta</translation>
    </message>
    <message>
        <source>Waiting for a server</source>
        <translation>En espera de un servidor</translation>
    </message>
    <message>
        <source>Sessions</source>
        <translation>Sesiones</translation>
    </message>
    <message>
        <source>name</source>
        <translation>nombre</translation>
    </message>
    <message>
        <source>connecting</source>
        <translation>conexión</translation>
    </message>
    <message>
        <source>TLS</source>
        <translation>TLS</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>espera</translation>
    </message>
    <message>
        <source>all</source>
        <translation>todo</translation>
    </message>
    <message>
        <source>Check %1: duration</source>
        <translation>Comprobación %1: duración</translation>
    </message>
    <message>
        <source>duration</source>
        <translation>duración</translation>
    </message>
    <message>
        <source>Check %1: passed</source>
        <translation>Comprobación %1: superada</translation>
    </message>
    <message>
        <source>passed</source>
        <translation>superada</translation>
    </message>
    <message>
        <source>All servers</source>
        <translation>Todos los servidores</translation>
    </message>
    <message>
        <source>Environments</source>
        <translation>Entornos</translation>
    </message>
    <message>
        <source>Nothing is kept of this service yet.</source>
        <translation>Aún no se guarda nada de este servicio.</translation>
    </message>
    <message>
        <source>Its balancer and its checks are read while the window is open.</source>
        <translation>Su balanceador y sus comprobaciones se leen mientras la ventana está abierta.</translation>
    </message>
    <message>
        <source>Service %1</source>
        <translation>Servicio %1</translation>
    </message>
    <message>
        <source>Nothing was told of it yet.</source>
        <translation>Aún no se sabe nada de esto.</translation>
    </message>
</context>
<context>
    <name>analemma::ui::SnapshotPage</name>
    <message>
        <source>none</source>
        <translation>ninguno</translation>
    </message>
    <message>
        <source>Needed by %1. It can be deleted once those generations are gone.</source>
        <translation>La necesita %1. Se podrá borrar cuando esas generaciones desaparezcan.</translation>
    </message>
    <message>
        <source>Show its release</source>
        <translation>Mostrar su versión</translation>
    </message>
    <message>
        <source>Copy the digest</source>
        <translation>Copiar la huella</translation>
    </message>
    <message>
        <source>Delete image</source>
        <translation>Borrar la imagen</translation>
    </message>
    <message>
        <source>Name of the image to delete</source>
        <translation>Nombre de la imagen que se borra</translation>
    </message>
    <message>
        <source>Artifacts in it</source>
        <translation>Artefactos que contiene</translation>
    </message>
    <message>
        <source>Image %1</source>
        <translation>Imagen %1</translation>
    </message>
    <message>
        <source>in use</source>
        <translation>en uso</translation>
    </message>
    <message>
        <source>not in use</source>
        <translation>sin uso</translation>
    </message>
    <message>
        <source>It holds no release.</source>
        <translation>No contiene ninguna versión.</translation>
    </message>
    <message>
        <source>It has no digest.</source>
        <translation>No tiene huella.</translation>
    </message>
    <message>
        <source>Release</source>
        <translation>Versión</translation>
    </message>
    <message>
        <source>Commit</source>
        <translation>Commit</translation>
    </message>
    <message>
        <source>Repository</source>
        <translation>Repositorio</translation>
    </message>
    <message>
        <source>Recipe</source>
        <translation>Receta</translation>
    </message>
    <message>
        <source>Recipe hash</source>
        <translation>Huella de la receta</translation>
    </message>
    <message>
        <source>Parent</source>
        <translation>Procede de</translation>
    </message>
    <message>
        <source>Operation</source>
        <translation>Operación</translation>
    </message>
    <message>
        <source>Digest</source>
        <translation>Huella</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Tamaño</translation>
    </message>
    <message>
        <source>Provider</source>
        <translation>Proveedor</translation>
    </message>
    <message>
        <source>Made</source>
        <translation>Creada</translation>
    </message>
    <message>
        <source>Used by</source>
        <translation>En uso por</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>nada</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Ninguno</translation>
    </message>
    <message>
        <source>only files of the repository</source>
        <translation>solo ficheros del repositorio</translation>
    </message>
    <message>
        <source>Type %1 in the field first.</source>
        <translation>Escribe antes %1 en el campo.</translation>
    </message>
    <message>
        <source>It is being deleted.</source>
        <translation>Se está borrando.</translation>
    </message>
    <message>
        <source>Deleting cannot be undone. Type %1 to delete it.</source>
        <translation>Borrar no se puede deshacer. Escribe %1 para borrarla.</translation>
    </message>
</context>
<context>
    <name>analemma::ui::SnapshotsPanel</name>
    <message>
        <source>Image</source>
        <translation>Imagen</translation>
    </message>
    <message>
        <source>Recipe</source>
        <translation>Receta</translation>
    </message>
    <message>
        <source>Release</source>
        <translation>Versión</translation>
    </message>
    <message>
        <source>Used by</source>
        <translation>En uso por</translation>
    </message>
    <message>
        <source>Commit</source>
        <translation>Commit</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Tamaño</translation>
    </message>
    <message>
        <source>Made</source>
        <translation>Creada</translation>
    </message>
    <message>
        <source>Snapshots</source>
        <translation>Instantáneas</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>Imágenes</translation>
    </message>
    <message>
        <source>Bake…</source>
        <translation>Crear imagen…</translation>
    </message>
    <message>
        <source>Open image</source>
        <translation>Abrir la imagen</translation>
    </message>
    <message>
        <source>Copy the image&apos;s name</source>
        <translation>Copiar el nombre de la imagen</translation>
    </message>
    <message>
        <source>Delete image…</source>
        <translation>Borrar la imagen…</translation>
    </message>
    <message>
        <source>An image is a server&apos;s disk with one release in it; servers start from it in seconds.</source>
        <translation>Una imagen es el disco de un servidor con una versión dentro; los servidores arrancan de ella en segundos.</translation>
    </message>
    <message>
        <source>A deploy bakes one where its release has none yet.</source>
        <translation>Un despliegue crea una cuando su versión aún no la tiene.</translation>
    </message>
    <message>
        <source>Copied %1</source>
        <translation>Copiado: %1</translation>
    </message>
    <message numerus="yes">
        <source>%n images</source>
        <translation>
            <numerusform>%n imagen</numerusform>
            <numerusform>%n imágenes</numerusform>
        </translation>
    </message>
    <message>
        <source>no image yet</source>
        <translation>aún sin imágenes</translation>
    </message>
    <message>
        <source>Choose an image first.</source>
        <translation>Elige antes una imagen.</translation>
    </message>
    <message>
        <source>There is no recipe. Write one under images: in analemma.yaml.</source>
        <translation>No hay ninguna receta. Escribe una en images:, dentro de analemma.yaml.</translation>
    </message>
    <message>
        <source>There is no release to bake yet. Make one in Releases.</source>
        <translation>Aún no hay ninguna versión de la que crear una imagen. Crea una en Versiones.</translation>
    </message>
    <message>
        <source>There is no workspace open; nothing was deleted.</source>
        <translation>No hay ningún espacio de trabajo abierto; no se ha borrado nada.</translation>
    </message>
    <message>
        <source>Image %1 is deleted.</source>
        <translation>La imagen %1 está borrada.</translation>
    </message>
</context>
<context>
    <name>analemma::ui::SnippetPanel</name>
    <message>
        <source>Snippets</source>
        <translation>Fragmentos</translation>
    </message>
    <message>
        <source>Find a snippet</source>
        <translation>Buscar un fragmento</translation>
    </message>
    <message>
        <source>New…</source>
        <translation>Nuevo…</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>Editar…</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Eliminar</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
    <message>
        <source>Choose a snippet first.</source>
        <translation>Elija primero un fragmento.</translation>
    </message>
    <message>
        <source>What will be typed</source>
        <translation>Lo que se escribirá</translation>
    </message>
    <message>
        <source>Insert</source>
        <translation>Insertar</translation>
    </message>
    <message>
        <source>Insert and run</source>
        <translation>Insertar y ejecutar</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Atrás</translation>
    </message>
    <message>
        <source>Name of the snippet</source>
        <translation>Nombre del fragmento</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nombre</translation>
    </message>
    <message>
        <source>Text of the snippet</source>
        <translation>Texto del fragmento</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Guardar</translation>
    </message>
    <message>
        <source>{{name}} or {{name|default}} is asked for and quoted for the shell; {{!name}} goes in as it is.</source>
        <translation>{{name}} o {{name|default}} se pregunta y se entrecomilla para el intérprete; {{!name}} entra tal cual.</translation>
    </message>
    <message>
        <source>Snippets are kept with a workspace; none is open.</source>
        <translation>Los fragmentos se guardan con un espacio de trabajo; no hay ninguno abierto.</translation>
    </message>
    <message>
        <source>A snippet is a command with places to fill in. Write the first one.</source>
        <translation>Un fragmento es una orden con huecos para rellenar. Escriba el primero.</translation>
    </message>
    <message>
        <source>Deleted %1.</source>
        <translation>Eliminado %1.</translation>
    </message>
    <message>
        <source>Goes in as it is: the shell reads it.</source>
        <translation>Entra tal cual: lo lee el intérprete.</translation>
    </message>
    <message>
        <source>Goes in as one word, quoted for the shell.</source>
        <translation>Entra como una sola palabra, entrecomillada para el intérprete.</translation>
    </message>
    <message>
        <source>%1 (raw)</source>
        <translation>%1 (tal cual)</translation>
    </message>
    <message>
        <source>%1 lines: the program runs each line as it comes.</source>
        <translation>%1 líneas: el programa ejecuta cada línea según llega.</translation>
    </message>
    <message>
        <source>Insert types this and no Return.</source>
        <translation>Insertar escribe esto, sin Intro.</translation>
    </message>
</context>
<context>
    <name>analemma::ui::Sparkline</name>
    <message>
        <source>%1 requests a second, %2 errors</source>
        <translation>%1 peticiones por segundo, %2 errores</translation>
    </message>
</context>
<context>
    <name>analemma::ui::StashDesk</name>
    <message>
        <source>What are they? (may be empty)</source>
        <translation>¿Qué son? (puede quedar vacío)</translation>
    </message>
    <message>
        <source>New files stay</source>
        <translation>Los ficheros nuevos se quedan</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
    <message>
        <source>Everything is back.</source>
        <translation>Todo está de vuelta.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Dropped: %1.</source>
        <translation>Eliminado: %1.</translation>
    </message>
    <message>
        <source>%1 is back on the list.</source>
        <translation>%1 vuelve a estar en la lista.</translation>
    </message>
    <message>
        <source>As it was before.</source>
        <translation>Como estaba antes.</translation>
    </message>
    <message>
        <source>Stash all changes</source>
        <translation>Guardar todos los cambios en un stash</translation>
    </message>
    <message numerus="yes">
        <source>Stash %n chosen file(s)</source>
        <translation>
            <numerusform>Guardar %n fichero elegido en un stash</numerusform>
            <numerusform>Guardar %n ficheros elegidos en un stash</numerusform>
        </translation>
    </message>
    <message>
        <source>Stash</source>
        <translation>Stash</translation>
    </message>
    <message>
        <source>Stashed: %1.</source>
        <translation>Guardado en stash: %1.</translation>
    </message>
    <message>
        <source>Popped: %1.</source>
        <translation>Aplicado y quitado de la lista: %1.</translation>
    </message>
    <message>
        <source>Applied: %1.</source>
        <translation>Aplicado: %1.</translation>
    </message>
    <message>
        <source>As it was before. What you changed since is a stash of its own.</source>
        <translation>Como estaba antes. Lo que cambiaste desde entonces es un stash aparte.</translation>
    </message>
</context>
<context>
    <name>analemma::ui::StashesPage</name>
    <message>
        <source>On</source>
        <translation>En</translation>
    </message>
    <message>
        <source>Commit</source>
        <translation>Commit</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Cuándo</translation>
    </message>
    <message>
        <source>Stashes</source>
        <translation>Stashes</translation>
    </message>
    <message>
        <source>Changed files</source>
        <translation>Ficheros cambiados</translation>
    </message>
    <message>
        <source>New files</source>
        <translation>Ficheros nuevos</translation>
    </message>
    <message>
        <source>Drop</source>
        <translation>Eliminar</translation>
    </message>
    <message>
        <source>Choose a stash first.</source>
        <translation>Elige antes un stash.</translation>
    </message>
    <message>
        <source>Stash</source>
        <translation>Stash</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>Aplicar</translation>
    </message>
    <message>
        <source>Pop: apply, then drop</source>
        <translation>Aplicar y eliminar (pop)</translation>
    </message>
    <message>
        <source>Stash all changes…</source>
        <translation>Guardar todos los cambios…</translation>
    </message>
    <message>
        <source>No changes are stashed.</source>
        <translation>No hay cambios guardados.</translation>
    </message>
    <message>
        <source>Stash changes to work on something else, and bring them back later.</source>
        <translation>Guarda cambios para trabajar en otra cosa y recupéralos después.</translation>
    </message>
    <message numerus="yes">
        <source>%n stashed</source>
        <translation>
            <numerusform>%n guardado</numerusform>
            <numerusform>%n guardados</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>analemma::ui::StationButton</name>
    <message>
        <source>%1: %2, %3</source>
        <translation>%1: %2, %3</translation>
    </message>
    <message>
        <source>
for %1 (since %2)</source>
        <translation>
desde hace %1 (%2)</translation>
    </message>
</context>
<context>
    <name>analemma::ui::StatusIcon</name>
    <message>
        <source>Open Analemma</source>
        <translation>Abrir Analemma</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Salir</translation>
    </message>
    <message numerus="yes">
        <source>Analemma: %n alerts</source>
        <translation>
            <numerusform>Analemma: %n alerta</numerusform>
            <numerusform>Analemma: %n alertas</numerusform>
        </translation>
    </message>
    <message>
        <source>Analemma: no alerts</source>
        <translation>Analemma: sin alertas</translation>
    </message>
</context>
<context>
    <name>analemma::ui::StepGrid</name>
    <message>
        <source>Servers of the operation</source>
        <translation>Servidores de la operación</translation>
    </message>
</context>
<context>
    <name>analemma::ui::StoreLine</name>
    <message>
        <source>%1 records. Charts show what it keeps.</source>
        <translation>%1 registra los datos. Los gráficos muestran lo que guarda.</translation>
    </message>
    <message>
        <source>Figures are shown but not kept: %1</source>
        <translation>Las cifras se muestran pero no se guardan: %1</translation>
    </message>
    <message>
        <source>Got it</source>
        <translation>Entendido</translation>
    </message>
    <message>
        <source>Prometheus gets nothing: %1</source>
        <translation>Prometheus no recibe nada: %1</translation>
    </message>
    <message>
        <source>Prometheus gets nothing since %1: %2</source>
        <translation>Prometheus no recibe nada desde %1: %2</translation>
    </message>
    <message>
        <source>Samples after %1 wait here; they are sent when it answers.</source>
        <translation>Las muestras posteriores a %1 esperan aquí; se envían cuando responda.</translation>
    </message>
    <message>
        <source>Samples wait here; they are sent when it answers.</source>
        <translation>Las muestras esperan aquí; se envían cuando responda.</translation>
    </message>
    <message numerus="yes">
        <source>Prometheus refused %n samples: it does not take what is older than what it has.</source>
        <translation>
            <numerusform>Prometheus rechazó %n muestra: no acepta lo que es más antiguo que lo que tiene.</numerusform>
            <numerusform>Prometheus rechazó %n muestras: no acepta lo que es más antiguo que lo que tiene.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>analemma::ui::SubmodulesPage</name>
    <message>
        <source>Submodule</source>
        <translation>Submódulo</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Estado</translation>
    </message>
    <message>
        <source>Recorded</source>
        <translation>Registrado</translation>
    </message>
    <message>
        <source>Checked out</source>
        <translation>Extraído</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Dirección</translation>
    </message>
    <message>
        <source>not checked out</source>
        <translation>sin extraer</translation>
    </message>
    <message>
        <source>as recorded</source>
        <translation>como se registró</translation>
    </message>
    <message>
        <source>at another commit</source>
        <translation>en otro commit</translation>
    </message>
    <message>
        <source>not looked into</source>
        <translation>no examinado</translation>
    </message>
    <message>
        <source>This repository has no submodules.</source>
        <translation>Este repositorio no tiene submódulos.</translation>
    </message>
</context>
<context>
    <name>analemma::ui::TerminalView</name>
    <message>
        <source>Terminal</source>
        <translation>Terminal</translation>
    </message>
    <message>
        <source>Scrollback</source>
        <translation>Historial</translation>
    </message>
    <message>
        <source>Paste %1 lines?</source>
        <translation>¿Pegar %1 líneas?</translation>
    </message>
    <message>
        <source>Paste %1?</source>
        <translation>¿Pegar %1?</translation>
    </message>
    <message>
        <source>%1 control characters became spaces.</source>
        <translation>%1 caracteres de control se cambiaron por espacios.</translation>
    </message>
    <message>
        <source>The program runs each line as it comes.</source>
        <translation>El programa ejecuta cada línea según llega.</translation>
    </message>
    <message>
        <source>Paste</source>
        <translation>Pegar</translation>
    </message>
    <message>
        <source>Paste as one line</source>
        <translation>Pegar en una línea</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Leave the clipboard alone</source>
        <translation>No tocar el portapapeles</translation>
    </message>
    <message>
        <source>Copy it</source>
        <translation>Copiarlo</translation>
    </message>
    <message>
        <source>A program on the server wants this in your clipboard:</source>
        <translation>Un programa del servidor quiere poner esto en su portapapeles:</translation>
    </message>
    <message>
        <source>Ctrl+click opens %1
%2</source>
        <translation>Ctrl+clic abre %1
%2</translation>
    </message>
    <message>
        <source>Open %1</source>
        <translation>Abrir %1</translation>
    </message>
    <message>
        <source>The link &quot;%1&quot; leads to %2:</source>
        <translation>El enlace «%1» lleva a %2:</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Copiar</translation>
    </message>
    <message>
        <source>Find</source>
        <translation>Buscar</translation>
    </message>
    <message>
        <source>Copy the address</source>
        <translation>Copiar la dirección</translation>
    </message>
    <message>
        <source>Larger type</source>
        <translation>Letra más grande</translation>
    </message>
    <message>
        <source>Smaller type</source>
        <translation>Letra más pequeña</translation>
    </message>
    <message>
        <source>Font</source>
        <translation>Letra</translation>
    </message>
    <message>
        <source>The system&apos;s</source>
        <translation>La del sistema</translation>
    </message>
    <message>
        <source>Clear scrollback</source>
        <translation>Vaciar el historial</translation>
    </message>
    <message>
        <source>Show keys before they come back</source>
        <translation>Mostrar las teclas antes de que vuelvan</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>Nunca</translation>
    </message>
    <message>
        <source>On slow lines, dimmed</source>
        <translation>En líneas lentas, atenuadas</translation>
    </message>
    <message>
        <source>Always, dimmed</source>
        <translation>Siempre, atenuadas</translation>
    </message>
</context>
<context>
    <name>analemma::ui::ThreadCard</name>
    <message>
        <source>The whole branch</source>
        <translation>Toda la rama</translation>
    </message>
    <message>
        <source>%1, changed since</source>
        <translation>%1, cambiado desde entonces</translation>
    </message>
    <message>
        <source>Reply</source>
        <translation>Responder</translation>
    </message>
    <message>
        <source>Reopen</source>
        <translation>Reabrir</translation>
    </message>
    <message>
        <source>Resolve</source>
        <translation>Resolver</translation>
    </message>
    <message>
        <source>resolved</source>
        <translation>resuelto</translation>
    </message>
</context>
<context>
    <name>analemma::ui::TimeBar</name>
    <message>
        <source>1 h</source>
        <translation>1 h</translation>
    </message>
    <message>
        <source>24 h</source>
        <translation>24 h</translation>
    </message>
    <message>
        <source>7 d</source>
        <translation>7 d</translation>
    </message>
    <message>
        <source>30 d</source>
        <translation>30 d</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>Ahora</translation>
    </message>
    <message>
        <source>How far back the slider reaches</source>
        <translation>Hasta dónde llega atrás el deslizador</translation>
    </message>
    <message>
        <source>The moment that is shown</source>
        <translation>El momento que se muestra</translation>
    </message>
    <message>
        <source>now</source>
        <translation>ahora</translation>
    </message>
    <message>
        <source>It is now.</source>
        <translation>Ya es el presente.</translation>
    </message>
</context>
<context>
    <name>analemma::ui::TimeMachine</name>
    <message>
        <source>You look at the past: nothing can be changed there. Go back to now.</source>
        <translation>Estás mirando el pasado: ahí no se puede cambiar nada. Vuelve al presente.</translation>
    </message>
</context>
<context>
    <name>analemma::ui::TimingView</name>
    <message>
        <source>Timing</source>
        <translation>Tiempos</translation>
    </message>
</context>
<context>
    <name>analemma::ui::Toast</name>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
</context>
<context>
    <name>analemma::ui::TopBar</name>
    <message>
        <source>Workspace %1</source>
        <translation>Espacio de trabajo %1</translation>
    </message>
    <message numerus="yes">
        <source>%n running</source>
        <translation>
            <numerusform>%n en curso</numerusform>
            <numerusform>%n en curso</numerusform>
        </translation>
    </message>
    <message>
        <source>idle</source>
        <translation>en calma</translation>
    </message>
    <message>
        <source>Running operations   Ctrl+J</source>
        <translation>Operaciones en curso   Ctrl+J</translation>
    </message>
    <message numerus="yes">
        <source>%n alerts</source>
        <translation>
            <numerusform>%n alerta</numerusform>
            <numerusform>%n alertas</numerusform>
        </translation>
    </message>
    <message>
        <source>no alerts</source>
        <translation>sin alertas</translation>
    </message>
    <message>
        <source>as of %1 s</source>
        <translation>hace %1 s</translation>
    </message>
    <message>
        <source>as of %1</source>
        <translation>%1</translation>
    </message>
    <message numerus="yes">
        <source>%n open alerts</source>
        <translation>
            <numerusform>%n alerta abierta</numerusform>
            <numerusform>%n alertas abiertas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n operations that failed or whose outcome is unknown   Ctrl+J</source>
        <translation>
            <numerusform>%n operación que falló o cuyo resultado se desconoce   Ctrl+J</numerusform>
            <numerusform>%n operaciones que fallaron o cuyo resultado se desconoce   Ctrl+J</numerusform>
        </translation>
    </message>
    <message>
        <source>Alerts, and operations that failed or whose outcome is unknown</source>
        <translation>Alertas, y operaciones que fallaron o cuyo resultado se desconoce</translation>
    </message>
</context>
<context>
    <name>analemma::ui::TransferList</name>
    <message>
        <source>Transfers</source>
        <translation>Transferencias</translation>
    </message>
    <message>
        <source>Pause all</source>
        <translation>Pausar todo</translation>
    </message>
    <message>
        <source>Resume all</source>
        <translation>Continuar todo</translation>
    </message>
    <message>
        <source>Cancel all</source>
        <translation>Cancelar todo</translation>
    </message>
    <message>
        <source>Clear ended</source>
        <translation>Quitar las terminadas</translation>
    </message>
    <message>
        <source>Nothing is carried.</source>
        <translation>No se transfiere nada.</translation>
    </message>
    <message>
        <source>F5 copies what is selected to the other side; so does dragging it there.</source>
        <translation>F5 copia lo seleccionado al otro lado; arrastrarlo también.</translation>
    </message>
    <message>
        <source>%1 open, %2 ended</source>
        <translation>%1 abiertas, %2 terminadas</translation>
    </message>
    <message>
        <source>There is none.</source>
        <translation>No hay ninguna.</translation>
    </message>
</context>
<context>
    <name>analemma::ui::Tray</name>
    <message>
        <source>step %1 of %2</source>
        <translation>paso %1 de %2</translation>
    </message>
    <message>
        <source>Operations</source>
        <translation>Operaciones</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Detalles</translation>
    </message>
    <message>
        <source>Operations of late   Ctrl+J</source>
        <translation>Operaciones recientes   Ctrl+J</translation>
    </message>
    <message>
        <source>Cancel: what was there before comes back</source>
        <translation>Cancelar: vuelve lo que había antes</translation>
    </message>
    <message>
        <source>Operation</source>
        <translation>Operación</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Estado</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Cuándo</translation>
    </message>
    <message>
        <source>No operation has run in this workspace yet.</source>
        <translation>En este espacio de trabajo aún no ha habido operaciones.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Check now</source>
        <translation>Comprobar ahora</translation>
    </message>
    <message>
        <source>Asks the world what happened and goes on from there</source>
        <translation>Pregunta qué ha pasado y sigue desde ahí</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Registro</translation>
    </message>
    <message>
        <source>Nothing was written yet.</source>
        <translation>Aún no se ha escrito nada.</translation>
    </message>
    <message>
        <source>+ %1 more</source>
        <translation>+ %1 más</translation>
    </message>
    <message>
        <source>No operation is running</source>
        <translation>No hay ninguna operación en curso</translation>
    </message>
    <message>
        <source>about %1 left</source>
        <translation>quedan unos %1</translation>
    </message>
    <message>
        <source>It is being cancelled.</source>
        <translation>Se está cancelando.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
</context>
<context>
    <name>analemma::ui::UnderWayBar</name>
    <message>
        <source>Finish</source>
        <translation>Terminar</translation>
    </message>
    <message>
        <source>Leave this commit out</source>
        <translation>Omitir este commit</translation>
    </message>
    <message>
        <source>Abort</source>
        <translation>Abortar</translation>
    </message>
    <message>
        <source>A merge is under way</source>
        <translation>Hay una fusión en curso</translation>
    </message>
    <message>
        <source>A commit is being picked</source>
        <translation>Se está tomando un commit</translation>
    </message>
    <message>
        <source>A commit is being reverted</source>
        <translation>Se está revirtiendo un commit</translation>
    </message>
    <message>
        <source>A rebase is under way, commit %1 of %2</source>
        <translation>Hay un rebase en curso, commit %1 de %2</translation>
    </message>
    <message>
        <source>Something is under way that only git itself can finish</source>
        <translation>Hay algo en curso que solo git puede terminar</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) in conflict</source>
        <translation>
            <numerusform>%n archivo en conflicto</numerusform>
            <numerusform>%n archivos en conflicto</numerusform>
        </translation>
    </message>
    <message>
        <source>Resolve the conflicts first.</source>
        <translation>Resuelve antes los conflictos.</translation>
    </message>
</context>
<context>
    <name>analemma::ui::WallDesk</name>
    <message>
        <source>To see and record the key, run this in a terminal, and answer yes once it is the right one: %1</source>
        <translation>Para ver y registrar la clave, ejecuta esto en una terminal y responde yes cuando sea la correcta: %1</translation>
    </message>
    <message>
        <source>Clone a repository</source>
        <translation>Clonar un repositorio</translation>
    </message>
    <message>
        <source>Open a repository that is on this machine</source>
        <translation>Abrir un repositorio que está en este equipo</translation>
    </message>
    <message>
        <source>Make a new repository</source>
        <translation>Crear un repositorio nuevo</translation>
    </message>
    <message>
        <source>Clone</source>
        <translation>Clonar</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Abrir</translation>
    </message>
    <message>
        <source>Make</source>
        <translation>Crear</translation>
    </message>
    <message>
        <source>Make one there</source>
        <translation>Crear uno ahí</translation>
    </message>
    <message>
        <source>Open the one there</source>
        <translation>Abrir el que hay ahí</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Connecting</source>
        <translation>Conectando</translation>
    </message>
    <message>
        <source>Stopped: nothing of %1 is left.</source>
        <translation>Detenido: no queda nada de %1.</translation>
    </message>
    <message>
        <source>It is here already, as %1.</source>
        <translation>Ya está aquí, como %1.</translation>
    </message>
    <message>
        <source>Cloned %1.</source>
        <translation>Se clonó %1.</translation>
    </message>
    <message>
        <source>Added %1.</source>
        <translation>Se añadió %1.</translation>
    </message>
    <message>
        <source>Made %1.</source>
        <translation>Se creó %1.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
    <message>
        <source>The repository itself is in %1: open it from there once that is put right.</source>
        <translation>El repositorio en sí está en %1: ábrelo desde ahí cuando esté arreglado.</translation>
    </message>
    <message>
        <source>%1 is out of the workspace; its folder is as it was.</source>
        <translation>%1 está fuera del espacio de trabajo; su carpeta queda como estaba.</translation>
    </message>
    <message numerus="yes">
        <source>%n repositories are out of the workspace; their folders are as they were.</source>
        <translation>
            <numerusform>%n repositorio está fuera del espacio de trabajo; su carpeta queda como estaba.</numerusform>
            <numerusform>%n repositorios están fuera del espacio de trabajo; sus carpetas quedan como estaban.</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 is back.</source>
        <translation>%1 ha vuelto.</translation>
    </message>
</context>
<context>
    <name>analemma::ui::WorkTreesPage</name>
    <message>
        <source>Folder</source>
        <translation>Carpeta</translation>
    </message>
    <message>
        <source>Branch</source>
        <translation>Rama</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Estado</translation>
    </message>
    <message>
        <source>Commit</source>
        <translation>Commit</translation>
    </message>
    <message>
        <source>strange</source>
        <translation>extraño</translation>
    </message>
    <message>
        <source>folder is gone</source>
        <translation>la carpeta ya no está</translation>
    </message>
    <message>
        <source>locked</source>
        <translation>bloqueado</translation>
    </message>
    <message>
        <source>linked</source>
        <translation>enlazado</translation>
    </message>
    <message>
        <source>Open as a repository</source>
        <translation>Abrir como repositorio</translation>
    </message>
    <message>
        <source>Copy its path</source>
        <translation>Copiar su ruta</translation>
    </message>
    <message>
        <source>New work tree…</source>
        <translation>Nuevo árbol de trabajo…</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Quitar</translation>
    </message>
    <message>
        <source>The repository is not open yet.</source>
        <translation>El repositorio aún no está abierto.</translation>
    </message>
    <message>
        <source>Choose a work tree first.</source>
        <translation>Elige antes un árbol de trabajo.</translation>
    </message>
    <message>
        <source>This is the repository itself.</source>
        <translation>Es el propio repositorio.</translation>
    </message>
    <message>
        <source>Its folder is gone.</source>
        <translation>Su carpeta ya no está.</translation>
    </message>
    <message>
        <source>no branch</source>
        <translation>ninguna rama</translation>
    </message>
    <message>
        <source>the repository</source>
        <translation>el repositorio</translation>
    </message>
</context>
</TS>
